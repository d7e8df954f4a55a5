"""Interactions of people with the application, and the REST routes that answer them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .messages import Message
from .places import Channel
from .rest import Call, route
from .state import EPHEMERAL, LOADING, Json, Refusal, User

if TYPE_CHECKING:
    from .world import World

CALLBACKS = {
    4: "message",
    5: "defer",
    6: "defer_update",
    7: "update",
    8: "choices",
    9: "modal",
}


@dataclass(eq=False)
class Response:
    """One answer to an interaction, with the message as it was then and as it is now."""

    kind: str
    data: Json
    message: Message | None
    ephemeral: bool
    at: float = field(default_factory=time.monotonic)

    @property
    def content(self) -> str:
        """Give the text of this answer."""
        return self.data.get("content") or ""


@dataclass(eq=False, kw_only=True)
class Interaction:
    """One interaction and everything the application answered."""

    world: World
    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    source: Message | None = None
    created_at: float = field(default_factory=time.monotonic)
    acknowledged: bool = False
    original: Message | None = None
    messages: list[Message] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)

    @property
    def ephemeral(self) -> bool:
        """Tell whether the first answer was for the person only."""
        return bool(self.responses) and self.responses[0].ephemeral

    @property
    def modal(self) -> Json | None:
        """Give the modal shown, if one was."""
        return next((each.data for each in self.responses if each.kind == "modal"), None)

    @property
    def choices(self) -> list[Json]:
        """Give the autocomplete choices offered."""
        return next((each.data["choices"] for each in self.responses if each.kind == "choices"), [])

    def note(self, kind: str, data: Json, message: Message | None) -> None:
        """Record an answer."""
        hidden = bool((data.get("flags") or 0) & EPHEMERAL or (message and message.ephemeral))
        self.responses.append(Response(kind, data, message, hidden))
        self.world.changed()

    def age(self, seconds: float) -> None:
        """Make the interaction older, so that its deadline or token runs out."""
        self.created_at -= seconds

    async def answer(self, timeout: float = 10) -> Response:  # noqa: ASYNC109
        """Wait for the first answer a person sees and give it."""
        waiting = ("defer", "defer_update", "delete")

        def seen(_: World) -> Response | None:
            return next((each for each in self.responses if each.kind not in waiting), None)

        return await self.world.wait_for(seen, timeout)

    def post(self, data: Json, files: list[Any]) -> Message:
        """Post a message as an answer."""
        about = {"id": str(self.id), "type": self.kind, "user": self.user.payload()}
        about["authorizing_integration_owners"] = {}
        kind = 20 if self.kind == 2 else 19 if self.source else 0
        more: Json = {"application_id": self.world.application_id, "interaction": about, "kind": kind}
        more["reference"] = self.source if kind == 19 else None
        message = self.world.post(self.channel, data, files, author=self.world.bot, **more)
        self.messages.append(message)
        return message


@route("POST", "/interactions/{id}/{token}/callback", public=True)
def callback(call: Call) -> Any:
    """Take the first answer to an interaction, within its deadline."""
    world, data = call.world, call.body.get("data") or {}
    interaction = world.interactions.get(call["token"])
    if interaction is None or str(interaction.id) != call["id"]:
        raise Refusal(404, 10062, "Unknown interaction")
    if interaction.acknowledged:
        raise Refusal(400, 40060, "Interaction has already been acknowledged.")
    if time.monotonic() - interaction.created_at > world.interaction_deadline:
        raise Refusal(404, 10062, "Unknown interaction")
    kind = CALLBACKS[call.body["type"]]
    if kind == "message":
        world.check_body(data, call.files)
        interaction.original = interaction.post(data, call.files)
    elif kind == "defer":
        flags = (data.get("flags") or 0) & EPHEMERAL | LOADING
        interaction.original = interaction.post({"flags": flags}, [])
    elif kind in ("defer_update", "update"):
        interaction.original = interaction.source
        if kind == "update" and interaction.source:
            world.edit(interaction.source, data, call.files)
    interaction.acknowledged = True
    interaction.note(kind, data, interaction.original)
    answer: Json = {"id": str(interaction.id), "type": interaction.kind}
    resource: Json = {"type": call.body["type"]}
    if interaction.original:
        answer["response_message_id"] = str(interaction.original.id)
        answer["response_message_loading"] = kind == "defer"
        answer["response_message_ephemeral"] = interaction.original.ephemeral
        resource["message"] = interaction.original.payload(world.bot)
    return {"interaction": answer, "resource": resource}


def living(call: Call) -> Interaction:
    """Give the acknowledged interaction of a token that still works."""
    interaction = call.world.interactions.get(call["token"])
    if interaction is None or not interaction.acknowledged:
        raise Refusal(404, 10015, "Unknown Webhook")
    if time.monotonic() - interaction.created_at > call.world.interaction_lifetime:
        raise Refusal(401, 50027, "Invalid Webhook Token")
    return interaction


def answer_route(call: Call) -> Any:
    """Post a followup; the first one after a deferral takes the place of the waiting message."""
    interaction, original = living(call), None
    call.world.check_body(call.body, call.files)
    if interaction.original and interaction.original.flags & LOADING:
        original = interaction.original
        original.flags &= ~LOADING
        call.world.edit(original, call.body, call.files)
    message = original or interaction.post(call.body, call.files)
    interaction.note("followup", call.body, message)
    return message.payload(call.world.bot)


def find_answer(call: Call) -> Message:
    """Give the message of an interaction a path names."""
    interaction = living(call)
    if call["message"] == "@original":
        found = interaction.original
    else:
        own = [*interaction.messages, *([interaction.source] if interaction.source else [])]
        found = next((each for each in own if str(each.id) == call["message"]), None)
    if found is None or found.deleted:
        raise Refusal(404, 10008, "Unknown Message")
    return found
