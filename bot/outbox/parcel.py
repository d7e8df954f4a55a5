"""A delivery's row as a parcel for a sender."""

from __future__ import annotations

from bot.personas.face import face_of, load_buttons
from bot.ports import Parcel, Place
from storage.records import Delivery, Sheet


def parcel_of(delivery: Delivery) -> Parcel:
    """All a sender needs, in the row's newest wording."""
    place = Place(
        delivery.platform,
        delivery.channel_id,
        delivery.guild_id,
        delivery.parent_id,
        kind=delivery.kind,  # type: ignore[arg-type]  # the schema's CHECK allows PlaceKind only
    )
    return Parcel(
        delivery_id=delivery.id,
        work_id=delivery.work_id,
        place=place,
        face=face_of(delivery.persona_id, Sheet.load(delivery.sheet_json)),
        text=delivery.content,
        part=delivery.part,
        answered=delivery.answered,
        reply_to=delivery.reply_to,
        buttons=load_buttons(delivery.buttons),
        last=bool(delivery.last_part),
        platform_message_id=delivery.platform_message_id,
        route=delivery.route,
        faceless=bool(delivery.banned),
    )
