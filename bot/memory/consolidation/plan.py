"""What is to be done with a part of a scene's memories. Pure; every step has its reason, and none touches a pin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.memory.alike import denies
from bot.memory.card import chosen
from bot.memory.consolidation.fading import faded
from bot.memory.consolidation.junk import ENOUGH, junk
from bot.memory.consolidation.pairs import Pair, judged
from bot.memory.consolidation.sittings import Sitting, sittings
from bot.memory.consolidation.steps import Edit, Step, Terms
from storage.memories import Memory

MOST_IMPORTANT = 10
MOST_LINKS = 4  # of one memory, in either direction
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A part of a scene as it was read.

    ``anchors`` are its memories in their order, ``near`` those that hold by subject, ``pairs`` those that may be one,
    ``ties`` those near in meaning, ``links`` with what each of these is linked already. ``repeats`` counts how often
    each was told again since the last pass, ``settled`` are those with which a person took a step back, ``unlinked``
    those of which they took links back, ``doubted`` those that somebody calls wrong. ``ran_at`` is when the last whole
    pass began, 0 for never. ``loose`` are those in no summary yet, where this is the last part. ``retold`` are those
    that more than one message says, ``orphans`` those of whose messages none is there any more.
    """

    conversation_id: str
    persona: str
    anchors: tuple[Memory, ...]
    near: Mapping[str, tuple[Memory, ...]]
    pairs: tuple[Pair, ...]
    repeats: Mapping[str, int]
    settled: frozenset[str]
    began_at: int
    ran_at: int
    through: int
    more: bool
    loose: tuple[Memory, ...] = ()
    doubted: frozenset[str] = frozenset()
    ties: tuple[Pair, ...] = ()
    links: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unlinked: frozenset[str] = frozenset()
    retold: frozenset[str] = frozenset()
    orphans: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in their order, the pairs of which only a model can tell whether they are one, and what to sum up."""

    steps: tuple[Step, ...]
    doubts: tuple[Pair, ...]
    sittings: tuple[Sitting, ...] = ()


@dataclass(slots=True)
class _Sheet:
    """The memories as they read after the steps so far."""

    looked: Looked
    now: int
    reads: dict[str, Memory] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def read(self, memory: Memory) -> Memory:
        return self.reads.get(memory.id, memory)

    def free(self, memory: Memory) -> bool:
        """Whether it may be changed: a person's pin or undo stands."""
        return not memory.pinned and memory.id not in self.looked.settled

    def take(self, step: Step) -> None:
        self.steps.append(step)
        self.reads |= {edit.after.id: edit.after for edit in step.edits}


def plan(looked: Looked, terms: Terms, now: int) -> Plan:
    """All steps by rules: the same twice, what is over, recurs or faded, what is stable, what belongs together."""
    if not terms.on:
        return Plan((), ())
    sheet = _Sheet(looked, now)
    doubts = _merge(sheet)
    _replace(sheet)
    _end(sheet)
    _promote(sheet)
    _fade(sheet, terms)
    _sort_out(sheet, terms)
    _confirm(sheet, terms)
    fresh = (pair for pair in doubts if max(pair.older.changed_at, pair.newer.changed_at) > looked.ran_at)
    open_doubts = [pair for pair in fresh if not {pair.older.id, pair.newer.id} & sheet.reads.keys()]
    _link(sheet)
    loose = [one for one in map(sheet.read, looked.loose) if one.state == "live" and one.id not in looked.doubted]
    together = sittings(loose, terms.pause_hours * _HOUR_MS, now, terms.zone)
    return Plan(tuple(sheet.steps), tuple(open_doubts), tuple(together))


# ── what is there twice ──


def _merge(sheet: _Sheet) -> list[Pair]:
    looked, groups, doubts = sheet.looked, _Groups(), list[Pair]()
    for pair in looked.pairs:
        if not {pair.older.id, pair.newer.id} & (looked.settled | looked.doubted):
            match judged(pair):
                case "same":
                    groups.join(pair)
                case "doubtful" if not (pair.older.pinned and pair.newer.pinned):
                    doubts.append(pair)
    for members, likeness in groups.found():
        step = folded(members, f"the same by {likeness} percent of the words", likeness)
        if step is not None:
            sheet.take(step)
    return doubts


class _Groups:
    """Memories that are one, each group of one topic at most."""

    def __init__(self) -> None:
        self._of: dict[str, list[Memory]] = {}
        self._likeness: dict[str, float] = {}

    def join(self, pair: Pair) -> None:
        group = self._of.setdefault(pair.older.id, [pair.older])
        if pair.newer.id in self._of or len({one.topic for one in [*group, pair.newer]} - {""}) > 1:
            return
        group.append(pair.newer)
        self._of[pair.newer.id] = group
        first = group[0].id
        self._likeness[first] = min(pair.words, self._likeness.get(first, 1.0))

    def found(self) -> Iterable[tuple[Sequence[Memory], int]]:
        for first, rate in self._likeness.items():
            yield self._of[first], round(100 * rate)


def folded(members: Sequence[Memory], reason: str, likeness: int) -> Step | None:
    """One memory instead of several: the pinned, the person's own or the first, in the richest words."""
    kept, *rest = sorted(members, key=lambda one: (-one.pinned, one.writer != "person", one.seq))
    gone = [one for one in rest if not one.pinned]
    if not gone:
        return None
    theirs = kept.pinned or kept.writer == "person"
    richest = kept if theirs else max([kept, *gone], key=lambda one: len(one.statement))
    after = replace(
        kept,
        statement=richest.statement,
        statement_hash=richest.statement_hash,
        topic=next((one.topic for one in [kept, *gone] if one.topic), ""),
        importance=max(one.importance for one in [kept, *gone]),
        confidence=max(one.confidence for one in [kept, *gone]),
    )
    away = (Edit("archive", one, replace(one, state="archived"), f"{kept.id} says it: {reason}") for one in gone)
    took = f"it took in {', '.join(one.id for one in gone)}: {reason}"
    relations = tuple((one.id, "duplicates", kept.id) for one in gone)
    return Step("merge", (*away, Edit("merge", kept, after, took)), relations, likeness=likeness)


# ── what is over ──


def _replace(sheet: _Sheet) -> None:
    """Of one topic the newest told holds."""
    for subject in dict.fromkeys(one.subject_key for one in sheet.looked.anchors):
        topics: dict[str, list[Memory]] = {}
        for one in map(sheet.read, sheet.looked.near.get(subject, ())):
            if one.topic and one.holds and one.kind != "summary" and one.id not in sheet.looked.doubted:
                topics.setdefault(one.topic, []).append(one)
        for topic, about in topics.items():
            *older, newest = sorted(about, key=lambda one: (one.said_at, one.seq))
            for one in filter(sheet.free, older):
                sheet.take(closed(one, newest, f"of “{topic}” something newer holds"))


def closed(older: Memory, newer: Memory, reason: str) -> Step:
    """The older one held until the newer one was said."""
    after = replace(older, valid_to=max(newer.valid_from, older.valid_from))
    relations = [(newer.id, "supersedes", older.id)]
    if denies(older.statement) != denies(newer.statement):
        relations.append((newer.id, "contradicts", older.id))
    edit = Edit("supersede", older, after, f"{reason}: {newer.id}")
    return Step("replace", (edit,), tuple(relations), beside=(newer,))


def _end(sheet: _Sheet) -> None:
    """What was said to last until some day is over after it."""
    for one in map(sheet.read, sheet.looked.anchors):
        if one.holds and one.ended_at(sheet.now) is not None and sheet.free(one):
            edit = Edit("edit", one, replace(one, valid_to=one.expires_at), "its time was over")
            sheet.take(Step("end", (edit,)))


# ── what recurs, and what nobody uses ──


def _promote(sheet: _Sheet) -> None:
    for one in map(sheet.read, sheet.looked.anchors):
        times = sheet.looked.repeats.get(one.id, 0)
        importance = min(MOST_IMPORTANT, one.importance + times)
        if importance > one.importance and one.holds and one.id not in sheet.looked.settled:
            reason = "it was told again" if times == 1 else f"it was told {times} times again"
            after = replace(one, importance=importance)
            sheet.take(Step("promote", (Edit("edit", one, after, f"{reason}, so it matters more"),)))


def _fade(sheet: _Sheet, terms: Terms) -> None:
    for one in map(sheet.read, sheet.looked.anchors):
        if one.state == "live" and sheet.free(one) and faded(one, terms.half_life_days, sheet.now):
            reason = f"nobody used it for {terms.half_life_days} days or more, and it matters little"
            sheet.take(Step("fade", (Edit("archive", one, replace(one, state="archived"), reason),)))


def _sort_out(sheet: _Sheet, terms: Terms) -> None:
    """What should never have been kept is put away, with its score."""
    for one in map(sheet.read, sheet.looked.anchors):
        found = junk(one, terms.half_life_days, sheet.now, orphan=one.id in sheet.looked.orphans)
        if one.state == "live" and sheet.free(one) and found.score >= ENOUGH:
            sheet.take(Step("junk", (Edit("archive", one, replace(one, state="archived"), found.reason),)))


# ── what is stable ──


def _confirm(sheet: _Sheet, terms: Terms) -> None:
    """Each person's card has what is confirmed and nothing else; what nobody may change stays where it is."""
    for subject in dict.fromkeys(one.subject_key for one in sheet.looked.anchors):
        held = [one for one in map(sheet.read, sheet.looked.near.get(subject, ())) if one.holds]
        fit = [one for one in held if one.id not in sheet.looked.doubted]
        card = chosen(fit, sheet.looked.retold, sheet.now, terms.card_tokens)
        for one in filter(sheet.free, held):
            if bool(one.core) != (one.id in card):
                why = f"{card[one.id]}, so it is always in mind" if one.id in card else "it is no part of the card now"
                sheet.take(Step("card", (Edit("edit", one, replace(one, core=1 - one.core), why),)))


# ── what belongs together ──


def _link(sheet: _Sheet) -> None:
    """The nearest first, as long as neither has all links it may have; what is changed is linked as it will read."""
    links = {one: set(others) for one, others in sheet.looked.links.items()}
    chosen: dict[str, list[tuple[Memory, float]]] = {}
    reads: dict[str, Memory] = {}
    for tie in sorted(sheet.looked.ties, key=lambda tie: (-(tie.meaning or 0.0), tie.older.seq, tie.newer.seq)):
        older, newer = sheet.read(tie.older), sheet.read(tie.newer)
        theirs, own = links.setdefault(older.id, set()), links.setdefault(newer.id, set())
        taken = older.id in own or newer.id in sheet.looked.unlinked or max(len(theirs), len(own)) >= MOST_LINKS
        if older.holds and newer.holds and not taken:
            theirs.add(newer.id)
            own.add(older.id)
            reads[newer.id] = newer
            chosen.setdefault(newer.id, []).append((older, tie.meaning or 0.0))
    for one, others in chosen.items():
        sheet.steps.append(_linked(reads[one], others))


def _linked(newer: Memory, others: Sequence[tuple[Memory, float]]) -> Step:
    nearest = round(100 * max(meaning for _, meaning in others))
    reason = f"its meaning is near that of {', '.join(older.id for older, _ in others)}"
    relations = tuple((newer.id, "related", older.id) for older, _ in others)
    beside = tuple(older for older, _ in others)
    return Step("link", (Edit("link", newer, newer, reason),), relations, beside, likeness=nearest)
