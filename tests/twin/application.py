"""REST routes of the application itself: its data, commands, emojis and gateway address."""

from __future__ import annotations

from typing import Any

from .rest import Call, route
from .state import Json, Refusal

APPLICATION = "/applications/{application}"
COMMANDS = (APPLICATION + "/commands", APPLICATION + "/guilds/{guild}/commands")
CONTENT_FLAG = 1 << 19


@route("GET", "/oauth2/applications/@me")
@route("GET", "/applications/@me")
def application(call: Call) -> Any:
    """Give the application, whose flags tell of the message content intent."""
    world = call.world
    data: Json = {"id": str(world.application_id), "name": world.bot.name, "description": "", "icon": None}
    data |= {"bot_public": False, "bot_require_code_grant": False, "verify_key": "", "team": None}
    owner = next((guild.owner for guild in world.guilds.values()), world.bot)
    data["team"] = world.team
    flags = CONTENT_FLAG if world.allow_message_content else 0
    return data | {"owner": owner.payload(), "flags": flags, "bot": world.bot.payload()}


@route("GET", "/gateway/bot")
def gateway(call: Call) -> Any:
    """Give the gateway's address."""
    start = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": call.world.gateway.url, "shards": call.world.gateway.shards, "session_start_limit": start}


def scope(call: Call) -> int | None:
    """Give the guild a path of commands is about, or None for the global ones."""
    return int(call.params["guild"]) if "guild" in call.params else None


def saved(call: Call, body: Json) -> Json:
    """Store a command; one of the same name and type keeps its id."""
    commands = call.world.commands.setdefault(scope(call), [])
    kind = body.get("type", 1)
    old = next((each for each in commands if (each["name"], each["type"]) == (body["name"], kind)), None)
    key = old["id"] if old else str(call.world.snowflake())
    place = {"id": key, "application_id": str(call.world.application_id), "version": key}
    made: Json = {"description": "", "options": [], "default_member_permissions": None, "nsfw": False}
    made |= {**body, **place, "type": kind}
    commands[:] = [each for each in commands if each["id"] != key] + [made]
    return made


@route("GET", COMMANDS[0])
@route("GET", COMMANDS[1])
def list_commands(call: Call) -> Any:
    """Give the registered commands."""
    return call.world.commands.get(scope(call), [])


@route("PUT", COMMANDS[0])
@route("PUT", COMMANDS[1])
def sync_commands(call: Call) -> Any:
    """Replace all commands and count a sync."""
    call.world.command_syncs.append(call.body)
    made = [saved(call, body) for body in call.body]
    call.world.commands[scope(call)] = made
    return made


@route("POST", COMMANDS[0])
@route("POST", COMMANDS[1])
def add_command(call: Call) -> Any:
    """Create or replace one command."""
    return saved(call, call.body)


def find_command(call: Call) -> Json:
    """Give the command a path names."""
    for command in call.world.commands.get(scope(call), []):
        if command["id"] == call["command"]:
            return command
    raise Refusal(404, 10063, "Unknown application command")


@route("PATCH", COMMANDS[0] + "/{command}")
@route("PATCH", COMMANDS[1] + "/{command}")
def edit_command(call: Call) -> Any:
    """Change one command."""
    command = find_command(call)
    command.update(call.body)
    return command


@route("DELETE", COMMANDS[0] + "/{command}")
@route("DELETE", COMMANDS[1] + "/{command}")
def delete_command(call: Call) -> None:
    """Delete one command."""
    call.world.commands[scope(call)].remove(find_command(call))


@route("GET", APPLICATION + "/emojis")
def list_emojis(call: Call) -> Any:
    """Give the application's emojis."""
    return {"items": call.world.emojis}


@route("POST", APPLICATION + "/emojis")
def add_emoji(call: Call) -> Any:
    """Create an emoji of the application."""
    made = {"id": str(call.world.snowflake()), "name": call.body["name"], "animated": False, "roles": []}
    made |= {"user": call.world.bot.payload(), "require_colons": True, "managed": False, "available": True}
    call.world.emojis.append(made)
    return made


@route("DELETE", APPLICATION + "/emojis/{emoji}")
def delete_emoji(call: Call) -> None:
    """Delete an emoji of the application."""
    call.world.emojis[:] = [each for each in call.world.emojis if each["id"] != call["emoji"]]
