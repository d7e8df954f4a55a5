"""What is measured about a running bot, and when each part of it is well; all pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.records import Tally

Number = float | int | bool | str | None


@dataclass(frozen=True, slots=True)
class Connection:
    """A platform's line to us; ``latency_s`` is None until a heartbeat was answered."""

    connected: bool
    latency_s: float | None
    reconnects: int


@dataclass(frozen=True, slots=True)
class Copying:
    """How the copying of the database goes: ``lag_s`` is None when nobody can say, ``told`` says it to people.

    ``new`` is true of one that began so lately that nobody need be able to say.
    """

    running: bool
    new: bool
    restarts: int
    lag_s: float | None
    allowed_s: float
    told: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database counts; ``oldest_due`` is since when the oldest work should be under way, in milliseconds."""

    work: tuple[Tally, ...]
    oldest_due: int | None
    outbox: tuple[Tally, ...]
    doubtful: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How asking the database went: the seconds it took, and what was wrong, '' for nothing."""

    seconds: float
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """Whether the program itself turns: its event loop, and the database's thread."""

    turn_s: float
    read: Asked


@dataclass(frozen=True, slots=True)
class Vitals:
    """Everything measured at one moment; None stands where there is no such thing, or it could not be read."""

    at: int
    life: Life
    write: Asked
    counted: Counted | None
    log_bytes: int | None
    commits: int
    connection: Connection | None
    copying: Copying | None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that must be well, told to people with its cure, and what was measured about it."""

    name: str
    ok: bool
    told: str
    measured: Mapping[str, Number]


def well(parts: tuple[Part, ...]) -> bool:
    """Whether every part is."""
    return all(part.ok for part in parts)


def living(life: Life) -> tuple[Part, ...]:
    """The parts without which only a new start helps."""
    turn_ms = _ms(life.turn_s)
    answered = "answered" if not life.read.trouble else f"does not answer: {life.read.trouble}"
    return (
        Part("loop", True, f"turns in {turn_ms:g} ms", {"turn_ms": turn_ms}),
        Part("database", not life.read.trouble, answered, {"read_ms": _ms(life.read.seconds)}),
    )


def ready(vitals: Vitals, allowed_s: float) -> tuple[Part, ...]:
    """The parts a reply needs, work being late after that many seconds."""
    found = [_database(vitals), _work(vitals, allowed_s)]
    if vitals.connection is not None:
        found.append(_gateway(vitals.connection))
    if vitals.copying is not None:
        found.append(_backup(vitals.copying))
    return tuple(found)


def _database(vitals: Vitals) -> Part:
    trouble = vitals.write.trouble or vitals.life.read.trouble
    size = "" if vitals.counted is None else f", {vitals.counted.size_bytes / 1_000_000:.1f} MB"
    log = "" if vitals.log_bytes is None else f" and {vitals.log_bytes / 1_000_000:.1f} MB of log"
    told = trouble or f"kept a write in {_ms(vitals.write.seconds):g} ms{size}{log}"
    return Part(
        "database",
        not trouble,
        told,
        {
            "write_ms": _ms(vitals.write.seconds),
            "read_ms": _ms(vitals.life.read.seconds),
            "size_bytes": vitals.counted.size_bytes if vitals.counted else None,
            "log_bytes": vitals.log_bytes,
            "commits": vitals.commits,
        },
    )


def _work(vitals: Vitals, allowed_s: float) -> Part:
    if vitals.counted is None:
        return Part("work", False, "can't be counted while the database does not answer", {})
    since = vitals.counted.oldest_due
    age_s = 0.0 if since is None else max(0, vitals.at - since) / 1000
    late = age_s > allowed_s
    told = f"the oldest is due for {age_s:.0f} s of {allowed_s:g} s" if since is not None else "nothing is due"
    return Part(
        "work",
        not late,
        f"{told}; /queue list shows what is held up" if late else told,
        {
            "oldest_due_s": age_s,
            "allowed_s": allowed_s,
            "waiting": sum(tally.count for tally in vitals.counted.work if tally.name != "buried"),
            "buried": sum(tally.count for tally in vitals.counted.work if tally.name == "buried"),
            "deliveries": sum(tally.count for tally in vitals.counted.outbox),
            "doubtful": vitals.counted.doubtful,
        },
    )


def _gateway(line: Connection) -> Part:
    late = "heartbeat not measured yet" if line.latency_s is None else f"heartbeat {_ms(line.latency_s):g} ms"
    lost = f", connected again {line.reconnects} times" if line.reconnects else ""
    told = f"connected, {late}{lost}" if line.connected else "not connected; it is tried again until it succeeds"
    latency = None if line.latency_s is None else _ms(line.latency_s)
    return Part("gateway", line.connected, told, {"latency_ms": latency, "reconnects": line.reconnects})


def _backup(copying: Copying) -> Part:
    lag_s = None if copying.lag_s is None else round(copying.lag_s, 3)
    near = copying.new if copying.lag_s is None else copying.lag_s <= copying.allowed_s
    return Part(
        "backup",
        copying.running and near,
        copying.told,
        {"lag_s": lag_s, "allowed_s": copying.allowed_s, "restarts": copying.restarts},
    )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
