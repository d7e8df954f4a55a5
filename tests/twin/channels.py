"""REST routes of channels, messages, threads, guilds and users."""

from __future__ import annotations

import bisect
import time
from typing import Any

from .messages import Message
from .places import Channel
from .rest import Call, route
from .state import FORUM, THREAD, Json, Permission, Refusal

CHANNEL = "/channels/{channel}"
MESSAGE = CHANNEL + "/messages/{message}"


def shown(call: Call, message: Message) -> Json:
    """Give a message as the application may read it."""
    return message.payload(call.world.bot, full=call.world.allow_message_content)


def located(call: Call, *permissions: Permission) -> tuple[Channel, Message]:
    """Give the channel and message a path names."""
    channel = call.world.find_channel(call["channel"], *permissions)
    return channel, call.world.find_message(channel, call["message"])


@route("GET", CHANNEL)
def get_channel(call: Call) -> Any:
    """Give a channel."""
    return call.world.find_channel(call["channel"]).payload()


@route("PATCH", CHANNEL)
def edit_channel(call: Call) -> Any:
    """Rename, archive or lock a channel."""
    channel = call.world.find_channel(call["channel"])
    known = {key: call.body[key] for key in ("name", "nsfw", "archived", "locked") if key in call.body}
    call.world.update_channel(channel, **known)
    return channel.payload()


@route("DELETE", CHANNEL)
def delete_channel(call: Call) -> Any:
    """Delete a channel."""
    channel = call.world.find_channel(call["channel"], Permission.MANAGE_CHANNELS)
    call.world.delete_channel(channel)
    return channel.payload()


@route("POST", CHANNEL + "/typing")
def typing(call: Call) -> None:
    """Accept a typing notice."""
    call.world.find_channel(call["channel"], send_right(call))


def send_right(call: Call) -> Permission:
    """Give the permission needed to write in the channel a path names."""
    channel = call.world.channels.get(int(call["channel"]))
    threaded = channel is not None and channel.kind == THREAD
    return Permission.SEND_MESSAGES_IN_THREADS if threaded else Permission.SEND_MESSAGES


@route("GET", CHANNEL + "/messages")
def list_messages(call: Call) -> Any:
    """Give up to limit messages, newest first; after takes those next after an id."""
    channel = call.world.find_channel(call["channel"])
    if not channel.can(Permission.READ_MESSAGE_HISTORY):
        return []
    limit = int(call.query.get("limit", 50))
    log = [message for message in channel.log if not message.deleted]

    def place(key: str) -> int:
        return bisect.bisect_left(log, int(call.query[key]), key=lambda each: each.id)

    if "after" in call.query:
        start = bisect.bisect_right(log, int(call.query["after"]), key=lambda each: each.id)
        page = log[start : start + limit]
    elif "around" in call.query:
        start = max(0, place("around") - limit // 2)
        page = log[start : start + limit]
    else:
        end = place("before") if "before" in call.query else len(log)
        page = log[max(0, end - limit) : end]
    return [shown(call, message) for message in reversed(page)]


@route("GET", MESSAGE)
def get_message(call: Call) -> Any:
    """Give one message."""
    return shown(call, located(call, Permission.READ_MESSAGE_HISTORY)[1])


@route("POST", CHANNEL + "/messages")
def create_message(call: Call) -> Any:
    """Post a message as the bot; an enforced nonce seen before gives the earlier message."""
    world = call.world
    channel = world.find_channel(call["channel"], send_right(call))
    world.check_writable(channel)
    world.check_body(call.body, call.files)
    key = (world.bot.id, str(call.body.get("nonce")))
    known = world.nonces.get(key) if call.body.get("enforce_nonce") else None
    if known and time.monotonic() - known.posted_at < world.nonce_window:
        if known.deleted:
            raise Refusal(400, 50035, "Invalid Form Body\nIn nonce: its message was deleted.")
        return shown(call, known)
    quoted, wanted = None, call.body.get("message_reference")
    if wanted:
        if not channel.can(Permission.READ_MESSAGE_HISTORY):
            raise Refusal(400, 160002, "Cannot reply without permission to read message history")
        try:
            quoted = world.find_message(channel, wanted["message_id"])
        except Refusal:
            if wanted.get("fail_if_not_exists", True):
                text = "Invalid Form Body\nIn message_reference: Unknown message"
                raise Refusal(400, 50035, text) from None
    message = world.post(channel, call.body, call.files, author=world.bot, reference=quoted, kind=19 if quoted else 0)
    if message.nonce:
        world.nonces[key] = message
    return shown(call, message)


@route("PATCH", MESSAGE)
def edit_message(call: Call) -> Any:
    """Edit one of the bot's own messages."""
    channel, message = located(call)
    if message.author is not call.world.bot:
        raise Refusal(403, 50005, "Cannot edit a message authored by another user")
    if channel.archived:
        raise Refusal(400, 50083, "Thread is archived")
    call.world.check_body(call.body, call.files, message)
    return shown(call, call.world.edit(message, call.body, call.files))


@route("DELETE", MESSAGE)
def delete_message(call: Call) -> None:
    """Delete a message, which for another's needs MANAGE_MESSAGES."""
    channel, message = located(call)
    if message.author is not call.world.bot and not channel.can(Permission.MANAGE_MESSAGES):
        raise Refusal(403, 50013, "Missing Permissions")
    call.world.delete(message)


@route("POST", CHANNEL + "/messages/bulk-delete")
def delete_messages(call: Call) -> None:
    """Delete several messages, which are told of together."""
    channel = call.world.find_channel(call["channel"], Permission.MANAGE_MESSAGES)
    call.world.delete_many(channel, [call.world.find_message(channel, one) for one in call.body["messages"]])


@route("PUT", MESSAGE + "/reactions/{emoji}/@me")
def add_reaction(call: Call) -> None:
    """React to a message as the bot."""
    call.world.react(located(call, Permission.ADD_REACTIONS)[1], call.world.bot, call["emoji"])


@route("DELETE", MESSAGE + "/reactions/{emoji}/@me")
def remove_reaction(call: Call) -> None:
    """Take the bot's reaction back."""
    call.world.react(located(call)[1], call.world.bot, call["emoji"], remove=True)


@route("POST", CHANNEL + "/threads")
@route("POST", MESSAGE + "/threads")
def create_thread(call: Call) -> Any:
    """Start a thread in a channel, from a message, or as a forum post."""
    world = call.world
    parent = world.find_channel(call["channel"], Permission.CREATE_PUBLIC_THREADS)
    if parent.guild is None or parent.kind == THREAD:
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    start: Json = {}
    if "message" in call.params:
        start["id"] = world.find_message(parent, call["message"]).id
        if start["id"] in world.channels:
            raise Refusal(400, 160004, "A thread has already been created for this message")
    owner = {"owner_id": world.bot.id, **start}
    thread = world.add_channel(THREAD, call.body["name"], parent.guild, parent=parent, **owner)
    if parent.kind != FORUM:
        return thread.payload()
    first = world.post(thread, call.body["message"], call.files, author=world.bot, id=thread.id)
    return thread.payload() | {"message": shown(call, first)}
