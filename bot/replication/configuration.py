"""Finds what Litestream would pass over in silence in its file, before anything is copied by it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.replication.litestream_0_5_17 import KEYS, VERSION, Keys, Kind, Many
from storage.errors import StorageError

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(ns|us|µs|ms|s|m|h))+")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_SIZE = re.compile(r"\d+(?:\.\d+)?\s*(?:[kmgt]?i?b?)?", re.IGNORECASE)
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_TAG = "tag:yaml.org,2002:"
_OLDER = {
    "replicas": "it is of Litestream 0.3: write `replica:` with the keys of the one replica",
    "max-checkpoint-page-count": "it is of Litestream 0.3: `truncate-page-n` bounds the log now",
    "retention-check-interval": "it is of Litestream 0.3: retention stands under `snapshot`",
    "snapshot-interval": "it is of Litestream 0.3: write `interval` under `snapshot`",
    "age": "Litestream 0.5 can't encrypt",
}


class ConfigurationWrong(StorageError):
    """litestream.yml asks for what would not be done; one sentence for each place, and nothing was started."""


def check(path: Path, environment: Mapping[str, str], database: Path) -> None:
    """Raise ConfigurationWrong unless the file does for this database what it says."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationWrong(f"{path.name} can't be read ({error}); put it back.") from error
    found = [f"{path.name} {fault}" for fault in faults(text, environment, str(database))]
    if found:
        raise ConfigurationWrong("\n".join(found))


def faults(text: str, environment: Mapping[str, str], database: str) -> list[str]:
    """What is wrong, each with its line; values are never repeated, for they may be secret."""
    known = _VARIABLE.sub(lambda name: environment.get(name[1] or name[2], ""), text)
    try:
        root = yaml.compose(known, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [f"line {line}: this is no YAML ({error.problem}); mend the line."]
    if not isinstance(root, MappingNode):
        return ["line 1: there are no keys; put the file back."]
    return list(_in_mapping(root, KEYS, "")) or list(_meant(root, environment, database))


# ── keys and kinds ──


def _in_mapping(node: MappingNode, keys: Keys, place: str) -> Iterator[str]:
    seen: set[str] = set()
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in seen:
            yield f"line {line}: `{name}` stands twice{_under(place)}; take one away."
        elif name not in keys:
            yield f"line {line}: {_unknown(name, keys, place)}"
        else:
            yield from _in_value(value, keys[name], f"{place}.{name}".strip("."))
        seen.add(name)


def _in_value(node: Node, wanted: Kind | Keys | Many, place: str) -> Iterator[str]:
    line = node.start_mark.line + 1
    match wanted:
        case Kind():
            if not _is(node, wanted):
                yield f"line {line}: `{place}` must be {wanted.value}."
        case Many():
            if not isinstance(node, SequenceNode):
                yield f"line {line}: `{place}` must be a list."
                return
            for entry in node.value:
                yield from _in_value(entry, wanted.keys, place)
        case _:
            if not isinstance(node, MappingNode):
                yield f"line {line}: `{place}` must have keys of its own."
                return
            yield from _in_mapping(node, wanted, place)


def _is(node: Node, kind: Kind) -> bool:
    if kind is Kind.TEXTS:
        return isinstance(node, SequenceNode) and all(isinstance(entry, ScalarNode) for entry in node.value)
    if not isinstance(node, ScalarNode):
        return False
    match kind:
        case Kind.DURATION:
            return _DURATION.fullmatch(node.value) is not None
        case Kind.COUNT:
            return bool(node.tag == _TAG + "int")
        case Kind.SWITCH:
            return bool(node.tag == _TAG + "bool")
        case Kind.SIZE:
            return _SIZE.fullmatch(node.value) is not None
        case _:
            return bool(node.tag != _TAG + "null")


def _unknown(name: str, keys: Keys, place: str) -> str:
    lead = f"`{name}`{_under(place)} is nothing Litestream {VERSION} acts on"
    if name in _OLDER:
        return f"{lead}; {_OLDER[name]}."
    elsewhere = [where or "the top" for where, known in _places(KEYS, "") if name in known]
    if elsewhere:
        return f"{lead}; it belongs under {' or '.join(elsewhere)}."
    close = difflib.get_close_matches(name, list(keys), n=1)
    return f"{lead}; did you mean `{close[0]}`?" if close else f"{lead}; take it away."


def _places(keys: Keys, place: str) -> Iterator[tuple[str, Keys]]:
    yield place, keys
    for name, below in keys.items():
        inner = below.keys if isinstance(below, Many) else below
        if not isinstance(inner, Kind):
            yield from _places(inner, f"{place}.{name}".strip("."))


def _under(place: str) -> str:
    return f" under {place}" if place else ""


# ── what the bot counts on ──


def _meant(root: MappingNode, environment: Mapping[str, str], database: str) -> Iterator[str]:
    """What Litestream would accept and the bot could not live with."""
    entries = _below(root, "dbs")
    listed = entries.value if isinstance(entries, SequenceNode) else []
    if [_text(entry, "path") for entry in listed] != [database]:
        yield 'must copy the bot\'s database and no other: one entry under dbs with `path: "$DATABASE_PATH"`.'
    elif [_text(_below(entry, "replica"), "url") for entry in listed] != [environment.get("REPLICA_URL", "")]:
        yield 'must have `replica:` with `url: "$REPLICA_URL"` under that entry of dbs, for a restore looks there.'
    socket = _below(root, "socket")
    if _text(socket, "enabled") != "true" or _below(socket, "path") is None:
        yield 'must have `enabled: true` and `path: "$CONTROL_SOCKET"` under socket; the lag is asked there.'
    snapshot = _below(root, "snapshot")
    interval, retention = _text(snapshot, "interval"), _text(snapshot, "retention")
    if not interval or not retention:
        yield "must say `interval` and `retention` under snapshot; Litestream keeps one day only where it does not."
    elif _seconds(retention) < _seconds(interval):
        yield "keeps snapshots for less time than passes between two of them; raise `retention` under snapshot."
    elif _seconds(retention) != _seconds(f"{environment.get('BACKUP_HOURS', '')}h"):
        yield 'must say `retention: "${BACKUP_HOURS}h"` under snapshot; TROUPE_BACKUP_DAYS says for how long.'


def _below(node: Node | None, name: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _text(node: Node | None, name: str) -> str:
    found = _below(node, name)
    return str(found.value) if isinstance(found, ScalarNode) else ""


def _seconds(duration: str) -> float:
    return sum(float(count) * _SECONDS[unit] for count, unit in _LENGTH.findall(duration))
