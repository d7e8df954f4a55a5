"""Each signal only ever speaks for a passage, and says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory.query import Query
from bot.memory.ranking import SESSION_GAP_MS, WEIGHTS, Evidence, Recalled, Signals, ranked, weigh
from bot.memory.times import DAY_MS, Span
from storage.recall import Told

T0 = 1_700_000_000_000
share = st.floats(0, 1)
signals = st.builds(Signals, *[share] * len(Signals._fields))


def told(number: int, content: str = "words", name: str = "Bob", said_at: int = T0) -> Told:
    return Told(number, f"msg_{number}", "cnv", "person", None, name, content, said_at)


def asking(*words: str, authors: tuple[str, ...] = (), times: tuple[Span, ...] = (), when: bool = False) -> Query:
    return Query(" ".join(words), words, frozenset(authors), times, when)


def weighed(query: Query, *passages: Told, words: dict[int, int] | None = None, alike: dict[int, float] | None = None):  # type: ignore[no-untyped-def]
    evidence = Evidence(words or {}, [1.0] * len(query.words), alike or {})
    found = weigh(query, passages, {one.number: one for one in passages}, evidence)
    return {one.passage.number: one.why for one in found}


def test_no_weight_is_negative_so_no_signal_ever_counts_against() -> None:
    assert all(weight >= 0 for weight in WEIGHTS)


@pytest.mark.parametrize("at", range(len(Signals._fields)))
@given(others=st.lists(signals, min_size=1, max_size=6), own=signals, more=share)
def test_more_of_one_signal_never_lowers_a_rank(at: int, others: list[Signals], own: Signals, more: float) -> None:
    raised = own._replace(**{Signals._fields[at]: max(own[at], more)})

    def rank(mine: Signals) -> int:
        found = [Recalled(told(number), one) for number, one in enumerate([*others, mine], 1)]
        return [one.passage.number for one in ranked(found)].index(len(others) + 1)

    assert rank(raised) <= rank(own)


def test_words_count_by_their_share_and_those_around_by_what_they_add() -> None:
    why = weighed(asking("red", "kite"), told(1), told(2), words={1: 0b01, 2: 0b10})

    assert (why[1].words, why[1].around) == (0.5, 0.5)
    assert (why[2].words, why[2].around) == (0.5, 0.5)


def test_a_better_match_of_words_ranks_higher_whatever_its_sign_elsewhere() -> None:
    query = asking("red", "kite")
    evidence = Evidence({1: 0b11, 2: 0b01}, [1.0, 1.0], {})

    found = ranked(weigh(query, [told(1), told(9)], {}, evidence))

    assert found[0].passage.number == 1


def test_meaning_nearby_is_that_of_the_better_neighbour() -> None:
    why = weighed(asking("kite"), told(1), told(2), told(3), alike={1: 0.2, 3: 0.9})

    assert why[2].nearby == 0.9 and why[2].meaning == 0


def test_an_answer_gains_by_the_question_before_it() -> None:
    asked = weighed(asking("kite"), told(1, "Do you own a kite?"), told(2, "Two of them."), words={1: 1})
    stated = weighed(asking("kite"), told(1, "You own a kite."), told(2, "Two of them."), words={1: 1})

    assert asked[2].answer == 0.5 and stated[2].answer == 0
    assert (asked[1].statement, asked[2].statement) == (0, 1)


def test_the_author_counts_when_the_question_names_them() -> None:
    why = weighed(asking("kite", authors=("Zoe",)), told(1, name="Zoe"), told(2, name="Bob"))

    assert (why[1].author, why[2].author) == (1, 0)


def test_a_passage_gains_by_the_others_of_its_session_only() -> None:
    later = T0 + SESSION_GAP_MS + 1
    why = weighed(asking("kite"), told(1), told(2), told(3, said_at=later), words={1: 1, 2: 0})

    assert why[2].session == why[1].session > why[3].session


def test_what_was_said_then_counts_and_what_was_said_after_fades() -> None:
    query = asking("kite", times=(Span(T0, T0 + DAY_MS),))
    times = [T0 + 1, T0 + 2 * DAY_MS, T0 + 20 * DAY_MS, T0 + 40 * DAY_MS, T0 - 1]

    why = weighed(query, *(told(number, said_at=at) for number, at in enumerate(times, 1)))

    assert why[1].date == 1
    assert 1 > why[2].date > why[3].date > why[4].date == why[5].date == 0


def test_a_time_counts_when_the_question_asks_when() -> None:
    passages = (told(1, "It was last Tuesday."), told(2, "It was fine."))

    assert [one.time for one in weighed(asking("kite", when=True), *passages).values()] == [1, 0]
    assert [one.time for one in weighed(asking("kite"), *passages).values()] == [0, 0]


@given(st.lists(st.tuples(st.text(max_size=20), st.floats(-1, 1), st.integers(0, 7)), max_size=8))
def test_every_signal_lies_between_0_and_1(rows: list[tuple[str, float, int]]) -> None:
    query = asking("red", "kite", "tree", authors=("Bob",), times=(Span(T0, T0 + 1),), when=True)
    passages = [told(number, text) for number, (text, _, _) in enumerate(rows, 1)]
    words = {number: mask for number, (_, _, mask) in enumerate(rows, 1)}
    alike = {number: cosine for number, (_, cosine, _) in enumerate(rows, 1)}

    found = weighed(query, *passages, words=words, alike=alike)

    assert all(-1e-9 <= signal <= 1 + 1e-9 for why in found.values() for signal in why)
