"""People who act in the world: they write, react, run commands, click and fill in modals."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .interactions import Interaction
from .messages import Message
from .places import Channel
from .state import ALL, Json, User, clock
from .world import World

Options = Mapping[str, Any]


def parts(tree: Any) -> Iterator[Json]:
    """Give every component of a message or modal, however deep."""
    for item in tree if isinstance(tree, list) else [tree]:
        yield item
        for key in ("components", "component", "accessory"):
            if key in item:
                yield from parts(item[key])


@dataclass(eq=False, kw_only=True)
class Person(User):
    """A user acting through a client of their own."""

    world: World

    async def say(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        mentions: Sequence[User] = (),
        attachments: Sequence[tuple[str, bytes]] = (),
        ping: bool = True,
    ) -> Message:
        """Write a message; a reply pings its author unless told not to."""
        allowed: Json = {"parse": ["users"], "replied_user": ping, "users": []}
        text = " ".join([text, *(user.mention for user in mentions if user.mention not in text)])
        reply: Json = {"reference": reply_to, "kind": 19 if reply_to else 0}
        body = {"content": text, "allowed_mentions": allowed}
        return self.world.post(channel, body, list(attachments), author=self, **reply)

    async def forward(self, channel: Channel, message: Message) -> Message:
        """Hand a message on, which has no text of its own."""
        seen = {"content": message.content, "type": message.kind, "mentions": [], "embeds": [], "attachments": []}
        seen |= {"timestamp": message.payload(self.world.bot)["timestamp"], "edited_timestamp": None, "flags": 0}
        return self.world.post(channel, {}, [], author=self, extra={"message_snapshots": [{"message": seen}]})

    async def ask_all(self, channel: Channel, question: str, answers: Sequence[str]) -> Message:
        """Begin a poll, which has no text either."""
        offered = [{"answer_id": n, "poll_media": {"text": text}} for n, text in enumerate(answers, start=1)]
        poll = {
            "question": {"text": question},
            "answers": offered,
            "expiry": clock(time.monotonic() + 3600),
            "layout_type": 1,
        }
        return self.world.post(channel, {}, [], author=self, extra={"poll": {**poll, "allow_multiselect": False}})

    async def edit(self, message: Message, text: str) -> None:
        """Change the text of a message."""
        self.world.edit(message, {"content": text})

    async def delete(self, message: Message) -> None:
        """Delete a message, also somebody else's."""
        self.world.delete(message)

    async def clear_away(self, channel: Channel, messages: Sequence[Message]) -> None:
        """Delete many messages at once, as a moderator may."""
        self.world.delete_many(channel, messages)

    async def react(self, message: Message, emoji: str) -> None:
        """React to a message."""
        self.world.react(message, self, emoji)

    async def slash(self, channel: Channel, command: str, options: Options | None = None) -> Interaction:
        """Run a registered command such as "persona use" with options by name."""
        return self._interact(2, channel, self._command_data(channel, command, options or {}, None))

    async def autocomplete(self, channel: Channel, command: str, options: Options, focused: str) -> Interaction:
        """Type into an option of a command, for its choices."""
        return self._interact(4, channel, self._command_data(channel, command, options, focused))

    async def context_menu(self, channel: Channel, name: str, target: Message | User) -> Interaction:
        """Run a context menu command on a message or a user."""
        kind, resolved = 3, {}
        if isinstance(target, User):
            kind, resolved = 2, self._resolve_user(channel, target)
        else:
            resolved = {"messages": {str(target.id): target.payload(self.world.bot)}}
        data = {"id": self._registered(channel, name, kind)["id"], "name": name, "type": kind}
        return self._interact(2, channel, {**data, "target_id": str(target.id), "resolved": resolved})

    async def click(self, message: Message, custom_id: str, values: Sequence[str] | None = None) -> Interaction:
        """Press a button, or choose values in a select, that the message really has."""
        found = next((each for each in parts(message.components) if each.get("custom_id") == custom_id), None)
        if found is None or found.get("disabled") or message.deleted:
            raise LookupError(f"there is nothing to click as {custom_id!r} on this message")
        data = {"custom_id": custom_id, "component_type": found["type"], "id": found.get("id", 1)}
        data |= {"values": list(values)} if values is not None else {}
        return self._interact(3, message.channel, data, message)

    async def submit_modal(self, shown: Interaction, values: Options) -> Interaction:
        """Fill in the modal an interaction showed, by custom id, and submit it."""
        if shown.modal is None:
            raise LookupError("the interaction showed no modal")

        def filled(item: Json) -> Json:
            made = {"type": item["type"], "id": item.get("id", 1)}
            if "components" in item:
                return made | {"components": [filled(each) for each in item["components"]]}
            if "component" in item:
                return made | {"component": filled(item["component"])}
            if "custom_id" in item:
                value = values.get(item["custom_id"], item.get("value", ""))
                key = "values" if isinstance(value, (list, tuple)) else "value"
                made |= {"custom_id": item["custom_id"], key: value}
            return made

        components = [filled(item) for item in shown.modal["components"]]
        data = {"custom_id": shown.modal["custom_id"], "components": components}
        return self._interact(5, shown.channel, data, shown.source)

    def _registered(self, channel: Channel, name: str, kind: int) -> Json:
        scopes = (channel.guild.id if channel.guild else None, None)
        for command in [each for scope in scopes for each in self.world.commands.get(scope, [])]:
            if (command["name"], command["type"]) == (name, kind):
                return command
        raise LookupError(f"the application has registered no command {name!r}")

    def _resolve_user(self, channel: Channel, user: User) -> Json:
        found = {"users": {str(user.id): user.payload()}}
        if channel.guild and user.id in channel.guild.members:
            member = channel.guild.member(user, with_user=False) | {"permissions": "0"}
            found["members"] = {str(user.id): member}
        return found

    def _command_data(self, channel: Channel, command: str, options: Options, focused: str | None) -> Json:
        name, *path = command.split()
        level = root = self._registered(channel, name, 1)
        chain = []
        for step in path:
            level = next(each for each in level["options"] if each["name"] == step)
            chain.append({"name": step, "type": level["type"]})
        resolved: Json = {}
        values = [self._option(channel, level, *each, resolved) for each in options.items()]
        for value in values:
            value |= {"focused": True} if value["name"] == focused else {}
        for step in reversed(chain):
            values = [{**step, "options": values}]
        return {"id": root["id"], "name": name, "type": 1, "options": values, "resolved": resolved}

    def _option(self, channel: Channel, level: Json, name: str, value: Any, resolved: Json) -> Json:
        known = next((each for each in level["options"] if each["name"] == name), None)
        if known is None:
            raise LookupError(f"the command has no option {name!r}")
        found: Json = {}
        if isinstance(value, User):
            found = self._resolve_user(channel, value)
        elif isinstance(value, Channel):
            found = {"channels": {str(value.id): value.payload() | {"permissions": "0"}}}
        elif known["type"] == 11:
            attachment = self.world.attach([value])[0]
            found, value = {"attachments": {attachment["id"]: attachment}}, attachment["id"]
        for key, items in found.items():
            resolved.setdefault(key, {}).update(items)
        value = str(value.id) if isinstance(value, (User, Channel)) else value
        return {"name": name, "type": known["type"], "value": value}

    def _interact(self, kind: int, channel: Channel, data: Json, source: Message | None = None) -> Interaction:
        world, guild = self.world, channel.guild
        made = Interaction(
            world=world,
            id=world.snowflake(),
            token=secrets.token_urlsafe(32),
            kind=kind,
            user=self,
            channel=channel,
            source=source,
        )
        world.interactions[made.token] = made
        payload: Json = {"id": str(made.id), "token": made.token, "type": kind, "version": 1, "data": data}
        payload |= {"application_id": str(world.application_id), "locale": "en-US", "entitlements": []}
        payload |= {"channel_id": str(channel.id), "channel": channel.payload() | {"permissions": str(ALL)}}
        payload |= {"app_permissions": str(ALL), "attachment_size_limit": 10 << 20}
        if guild:
            member = guild.member(self) | {"permissions": str(guild.permissions_of(self))}
            payload |= {"guild_id": str(guild.id), "guild_locale": "en-US", "member": member, "context": 0}
            payload["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
            payload["authorizing_integration_owners"] = {"0": str(guild.id)}
        else:
            payload |= {"user": self.payload(), "context": 1, "authorizing_integration_owners": {"0": "0"}}
        if source:
            payload["message"] = source.payload(world.bot)
        world.emit("INTERACTION_CREATE", payload)
        return made
