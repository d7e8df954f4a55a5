"""Puts pairs that rules can't settle to a model, in the words in which new notes are compared, and reads its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.memory.candidate import Candidate, Subject
from bot.memory.consolidation.pairs import Pair
from bot.memory.consolidation.plan import closed, folded
from bot.memory.consolidation.steps import Step
from bot.memory.decide import Decision, Doubtful, Merge, Repeat, Supersede
from bot.memory.learn import Found, Verdict
from bot.memory.settling import Doubt
from storage.memories import Memory

MOST = 20  # newer memories in one question
_MOST_KNOWN = 5


def asked(pairs: Sequence[Pair]) -> list[Doubt]:
    """Each newer memory with those it may repeat, the likest first; what surprises most is settled first."""
    beside: dict[str, list[Pair]] = {}
    for pair in sorted(pairs, key=lambda one: -one.words):
        beside.setdefault(pair.newer.id, []).append(pair)
    chosen = sorted(beside.values(), key=_surprise, reverse=True)[:MOST]
    return [Doubt(place, _found(group[0].newer), _known(group)) for place, group in enumerate(chosen)]


def _surprise(group: Sequence[Pair]) -> float:
    """How much is new in what matters: how unlike it is to all that is known, times its importance."""
    nearest = max(max(pair.words, pair.meaning or 0.0) for pair in group)
    return (1.0 - nearest) * group[0].newer.importance


def _known(group: Sequence[Pair]) -> Doubtful:
    return Doubtful(tuple(pair.older for pair in group[:_MOST_KNOWN]), "it may be known in other words")


def _found(memory: Memory) -> Found:
    """Only its words are compared: its subject is theirs."""
    subject = Subject("name", memory.subject_key, memory.subject_name)
    candidate = Candidate(memory.statement, "fact", subject, "", memory.teller_id, memory.said_at)
    return Found(candidate, memory.statement)


def ruled(verdicts: Mapping[int, Verdict], doubts: Sequence[Doubt], pairs: Sequence[Pair]) -> list[Step]:
    """What a model settled, as steps; each memory is in one of them at most."""
    newer = {(pair.newer.statement, pair.older.id): pair.newer for pair in pairs}
    touched: set[str] = set()
    steps: list[Step] = []
    for doubt in doubts:
        verdict = verdicts.get(doubt.place)
        step = _step(verdict.decision, doubt, newer) if verdict else None
        ids = {edit.before.id for edit in step.edits} | {one.id for one in step.beside} if step else set[str]()
        if step is not None and not ids & touched:
            touched |= ids
            steps.append(step)
    return steps


def _step(decision: Decision, doubt: Doubt, newer: Mapping[tuple[str, str], Memory]) -> Step | None:
    match decision:
        case Repeat(known, reason) | Merge(known, reason):
            return folded([known, newer[doubt.found.words, known.id]], reason, 0)
        case Supersede(known, reason, _):
            one, other = sorted((known, newer[doubt.found.words, known.id]), key=lambda memory: memory.said_at)
            return None if one.pinned else closed(one, other, reason)
    return None
