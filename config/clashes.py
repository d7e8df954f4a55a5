"""Settings that are each in order and do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.embedders import fastembed_model

if TYPE_CHECKING:
    from config.static import Static

LEAST_KEPT_DAYS = 8  # the gateway reads back seven days; a claim must outlive whatever is heard again


def clashes(settings: Static) -> list[str]:
    """A sentence for each; one deadline holds everything, so the sum of all tries and waits must fit it."""
    tries, call, wait = settings.work_attempts, settings.model_call_seconds, settings.retry_wait_seconds
    longest = tries * call + (tries - 1) * wait
    found = _sharing(settings)
    if settings.replica_url.get_secret_value() and settings.database_path is None:
        found.append("REPLICA_URL copies a file, and DATABASE_URL names a server; take one of them away.")
    served = settings.embedding_base_url or settings.openai_base_url or settings.openai_api_key.get_secret_value()
    ours = settings.embedding_model in ("local", "none") or fastembed_model(settings.embedding_model)
    if not ours and not served:
        found.append(
            f"EMBEDDING_MODEL={settings.embedding_model} is a model of a server; set OPENAI_API_KEY or "
            "EMBEDDING_BASE_URL, or EMBEDDING_MODEL=local."
        )
    if 0 < settings.keep_days < LEAST_KEPT_DAYS:
        found.append(
            f"TROUPE_KEEP_DAYS={settings.keep_days} is less than {LEAST_KEPT_DAYS}, and Discord may repeat what is "
            "younger; raise it, or set 0 to keep everything."
        )
    if longest > settings.work_deadline_seconds:
        found.append(
            f"TROUPE_WORK_ATTEMPTS={tries} tries of TROUPE_MODEL_CALL_SECONDS={call:g} s with waits of up to "
            f"TROUPE_RETRY_WAIT_SECONDS={wait:g} s take {longest:g} s and don't fit "
            f"TROUPE_WORK_DEADLINE_SECONDS={settings.work_deadline_seconds:g} s; lower one or raise the deadline."
        )
    for name, value in (
        ("TROUPE_MODEL_FIRST_TOKEN_SECONDS", settings.model_first_token_seconds),
        ("TROUPE_MODEL_STALL_SECONDS", settings.model_stall_seconds),
    ):
        if value > call:
            found.append(f"{name}={value:g} s is longer than TROUPE_MODEL_CALL_SECONDS={call:g} s; lower it.")
    return found


def _sharing(settings: Static) -> list[str]:
    """What keeps this process from doing its part beside others."""
    found, role, count = [], settings.role, settings.shard_count
    if role != "all" and settings.database_path is not None:
        found.append(
            f"TROUPE_ROLE={role} shares its database with other processes, and a SQLite file serves one; "
            "set DATABASE_URL to postgresql://…, or take the role away."
        )
    if role in ("gateway", "worker") and not settings.discord_token.get_secret_value():
        found.append(f"TROUPE_ROLE={role} speaks on Discord; set DISCORD_TOKEN.")
    if settings.shard_ids and not count:
        found.append("SHARD_IDS says which shards of how many; set SHARD_COUNT too.")
    elif beyond := [str(number) for number in settings.shard_ids if number >= count]:
        found.append(f"SHARD_IDS names shard {beyond[0]}, and with SHARD_COUNT={count} the last is {count - 1}.")
    return found
