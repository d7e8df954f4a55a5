"""The keys of litestream.yml on which Litestream 0.5.17 acts, and the kind of value each takes.

It reads any other key in silence and does nothing: so `validation-interval`, `name` and `age`, which it still knows
by name, are left out here like those it never knew.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Union

VERSION = "0.5.17"


class Kind(Enum):
    """What a value must be; the value is how people are told."""

    TEXT = "a text"
    DURATION = "a duration such as 250ms, 1m or 24h"
    COUNT = "a whole number"
    SIZE = "a size such as 5MB"
    SWITCH = "true or false"
    TEXTS = "a list of texts"


class Many:
    """A list whose entries have these keys."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys


Keys = Mapping[str, Union[Kind, "Keys", Many]]

_SNAPSHOT: Keys = {"interval": Kind.DURATION, "retention": Kind.DURATION}

# May stand under a replica, and at the top as the default of all.
_REPLICA_OR_TOP: Keys = {
    "sync-interval": Kind.DURATION,
    "max-sync-ltx-files": Kind.COUNT,
    "auto-recover": Kind.SWITCH,
    "access-key-id": Kind.TEXT,
    "secret-access-key": Kind.TEXT,
    "region": Kind.TEXT,
    "bucket": Kind.TEXT,
    "endpoint": Kind.TEXT,
    "force-path-style": Kind.SWITCH,
    "sign-payload": Kind.SWITCH,
    "require-content-md5": Kind.SWITCH,
    "skip-verify": Kind.SWITCH,
    "storage-class": Kind.TEXT,
    "part-size": Kind.SIZE,
    "concurrency": Kind.COUNT,
    "sse-customer-algorithm": Kind.TEXT,
    "sse-customer-key": Kind.TEXT,
    "sse-customer-key-path": Kind.TEXT,
    "sse-kms-key-id": Kind.TEXT,
    "account-name": Kind.TEXT,
    "account-key": Kind.TEXT,
    "sas-token": Kind.TEXT,
    "host": Kind.TEXT,
    "user": Kind.TEXT,
    "password": Kind.TEXT,
    "key-path": Kind.TEXT,
    "concurrent-writes": Kind.SWITCH,
    "host-key": Kind.TEXT,
    "webdav-url": Kind.TEXT,
    "webdav-username": Kind.TEXT,
    "webdav-password": Kind.TEXT,
    "jwt": Kind.TEXT,
    "seed": Kind.TEXT,
    "creds": Kind.TEXT,
    "nkey": Kind.TEXT,
    "username": Kind.TEXT,
    "token": Kind.TEXT,
    "tls": Kind.SWITCH,
    "root-cas": Kind.TEXTS,
    "client-cert": Kind.TEXT,
    "client-key": Kind.TEXT,
    "max-reconnects": Kind.COUNT,
    "reconnect-wait": Kind.DURATION,
    "timeout": Kind.DURATION,
}

_DATABASE: Keys = {
    "path": Kind.TEXT,
    "dir": Kind.TEXT,
    "pattern": Kind.TEXT,
    "recursive": Kind.SWITCH,
    "watch": Kind.SWITCH,
    "snapshot": _SNAPSHOT,
    "meta-path": Kind.TEXT,
    "meta-dir": Kind.TEXT,
    "monitor-interval": Kind.DURATION,
    "checkpoint-interval": Kind.DURATION,
    "busy-timeout": Kind.DURATION,
    "min-checkpoint-page-count": Kind.COUNT,
    "truncate-page-n": Kind.COUNT,
    "max-sync-wal-bytes": Kind.COUNT,
    "restore-if-db-not-exists": Kind.SWITCH,
    "replica": {**_REPLICA_OR_TOP, "type": Kind.TEXT, "path": Kind.TEXT, "url": Kind.TEXT},
}

KEYS: Keys = {
    **_REPLICA_OR_TOP,
    "addr": Kind.TEXT,
    "socket": {"enabled": Kind.SWITCH, "path": Kind.TEXT, "permissions": Kind.COUNT},
    "levels": Many({"interval": Kind.DURATION}),
    "snapshot": _SNAPSHOT,
    "validation": {"interval": Kind.DURATION},
    "l0-retention": Kind.DURATION,
    "l0-retention-check-interval": Kind.DURATION,
    "verify-compaction": Kind.SWITCH,
    "retention": {"enabled": Kind.SWITCH},
    "heartbeat-url": Kind.TEXT,
    "heartbeat-interval": Kind.DURATION,
    "dbs": Many(_DATABASE),
    "exec": Kind.TEXT,
    "logging": {"level": Kind.TEXT, "type": Kind.TEXT, "stderr": Kind.SWITCH, "source": Kind.SWITCH},
    "mcp-addr": Kind.TEXT,
    "shutdown-sync-timeout": Kind.DURATION,
    "shutdown-sync-interval": Kind.DURATION,
}
