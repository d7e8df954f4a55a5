"""REST routes of webhooks and of the messages they post."""

from __future__ import annotations

from typing import Any

from .interactions import answer_route, find_answer
from .messages import Message, Webhook
from .places import Channel
from .rest import Call, route
from .state import EPHEMERAL, FORUM, LOADING, THREAD, Json, Permission, Refusal

HOOK, HOOK_TOKEN = "/webhooks/{hook}", "/webhooks/{hook}/{token}"


def check_name(name: str | None) -> None:
    """Refuse a name the platform does not allow for webhooks."""
    text = (name or "").strip().casefold()
    if not 1 <= len(text) <= 80 or any(word in text for word in ("clyde", "discord")):
        raise Refusal(400, 50035, f"Invalid Form Body\nIn username: {name!r} cannot be used as a name")


def find_hook(call: Call) -> Webhook:
    """Give the webhook a path names, by its token or by the bot's permission."""
    hook = call.world.webhooks.get(int(call["hook"]))
    if hook is None:
        raise Refusal(404, 10015, "Unknown Webhook")
    if "token" in call.params and call["token"] != hook.token:
        raise Refusal(401, 50027, "Invalid Webhook Token")
    if "token" not in call.params:
        call.world.find_channel(hook.channel.id, Permission.MANAGE_WEBHOOKS)
    return hook


@route("GET", "/channels/{channel}/webhooks")
def list_hooks(call: Call) -> Any:
    """Give the webhooks of a channel."""
    channel = call.world.find_channel(call["channel"], Permission.MANAGE_WEBHOOKS)
    return [hook.payload() for hook in call.world.webhooks.values() if hook.channel is channel]


@route("GET", "/guilds/{guild}/webhooks")
def list_guild_hooks(call: Call) -> Any:
    """Give the webhooks of a guild."""
    hooks = call.world.webhooks.values()
    return [each.payload() for each in hooks if each.channel.guild and str(each.channel.guild.id) == call["guild"]]


@route("POST", "/channels/{channel}/webhooks")
def create_hook(call: Call) -> Any:
    """Create a webhook owned by the application."""
    world = call.world
    channel = world.find_channel(call["channel"], Permission.MANAGE_WEBHOOKS)
    if channel.guild is None or channel.kind == THREAD:
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    check_name(call.body["name"])
    return world.add_webhook(channel, call.body["name"]).payload()


@route("GET", HOOK)
@route("GET", HOOK_TOKEN, public=True)
def get_hook(call: Call) -> Any:
    """Give a webhook."""
    return find_hook(call).payload()


@route("PATCH", HOOK)
@route("PATCH", HOOK_TOKEN, public=True)
def edit_hook(call: Call) -> Any:
    """Rename a webhook, or move it to another channel."""
    hook = find_hook(call)
    if "name" in call.body:
        check_name(call.body["name"])
        hook.name = call.body["name"]
    place = call.body.get("channel_id") or hook.channel.id
    call.world.move_webhook(hook, call.world.find_channel(place, Permission.MANAGE_WEBHOOKS))
    return hook.payload()


@route("DELETE", HOOK)
@route("DELETE", HOOK_TOKEN, public=True)
def delete_hook(call: Call) -> None:
    """Delete a webhook."""
    call.world.delete_webhook(find_hook(call))


def target(call: Call, hook: Webhook) -> Channel:
    """Give the channel or thread an execution posts to, starting a forum post when asked to."""
    thread_id, name = call.query.get("thread_id"), (call.body or {}).get("thread_name")
    forum = hook.channel.kind == FORUM
    if thread_id and name:
        raise Refusal(400, 220002, "Webhooks cannot have both a thread_name and thread_id")
    if forum and not thread_id and not name:
        raise Refusal(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
    if name and not forum:
        raise Refusal(400, 220003, "Webhooks can only create threads in forum channels")
    if name:
        parent: Json = {"parent": hook.channel, "owner_id": hook.id}
        return call.world.add_channel(THREAD, name, hook.channel.guild, **parent)
    if not thread_id:
        return hook.channel
    thread = call.world.channels.get(int(thread_id))
    if thread is None or thread.parent is not hook.channel:
        raise Refusal(404, 10003, "Unknown Channel")
    return thread


@route("POST", HOOK_TOKEN, public=True)
def execute(call: Call) -> Any:
    """Post as a webhook, or follow up an interaction."""
    world = call.world
    if int(call["hook"]) == world.application_id:
        return answer_route(call)
    hook = find_hook(call)
    if call.body.get("username") is not None:
        check_name(call.body["username"])
    if call.body.get("components") and hook.application_id is None:
        raise Refusal(400, 50035, "Invalid Form Body\nIn components: needs an application-owned webhook")
    world.check_body(call.body, call.files)
    channel = target(call, hook)
    world.check_writable(channel)
    body = {**call.body, "flags": (call.body.get("flags") or 0) & ~EPHEMERAL, "nonce": None}
    body["allowed_mentions"] = call.body.get("allowed_mentions") or {"parse": ["users"]}
    look: Json = {"username": call.body.get("username") or hook.name, "avatar_url": call.body.get("avatar_url")}
    first: Json = {"id": channel.id} if call.body.get("thread_name") else {}
    message = world.post(channel, body, call.files, webhook=hook, application_id=hook.application_id, **look, **first)
    message.allowed_mentions = call.body.get("allowed_mentions")
    return message.payload(world.bot) if call.query.get("wait") in ("1", "true") else None


def find_posted(call: Call) -> Message:
    """Give a message a webhook posted, or an interaction's answer."""
    if int(call["hook"]) == call.world.application_id:
        return find_answer(call)
    hook = find_hook(call)
    thread_id = int(call.query.get("thread_id", hook.channel.id))
    channel = call.world.channels.get(thread_id)
    if channel is None:
        raise Refusal(404, 10003, "Unknown Channel")
    message = call.world.find_message(channel, call["message"])
    if message.webhook is not hook:
        raise Refusal(404, 10008, "Unknown Message")
    return message


def note(call: Call, kind: str, message: Message) -> None:
    """Record what an interaction's token was used for."""
    if int(call["hook"]) == call.world.application_id:
        call.world.interactions[call["token"]].note(kind, call.body or {}, message)


@route("GET", HOOK_TOKEN + "/messages/{message}", public=True)
def get_posted(call: Call) -> Any:
    """Give a message of a webhook or interaction."""
    return find_posted(call).payload(call.world.bot)


@route("PATCH", HOOK_TOKEN + "/messages/{message}", public=True)
def edit_posted(call: Call) -> Any:
    """Edit a message of a webhook or interaction."""
    message = find_posted(call)
    call.world.check_body(call.body, call.files, message)
    if message.channel.archived and message.webhook:
        raise Refusal(400, 50083, "Thread is archived")
    message.flags &= ~LOADING
    call.world.edit(message, call.body, call.files)
    note(call, "edit", message)
    return message.payload(call.world.bot)


@route("DELETE", HOOK_TOKEN + "/messages/{message}", public=True)
def delete_posted(call: Call) -> None:
    """Delete a message of a webhook or interaction."""
    message = find_posted(call)
    call.world.delete(message)
    note(call, "delete", message)
