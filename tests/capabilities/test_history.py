"""History is cut to a token budget, oldest first and never within a message."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.capabilities.chat.history import cost, cut
from storage.records import Message


def message(seq: int, content: str, role: str = "person") -> Message:
    return Message(
        id=f"msg_{seq}",
        conversation_id="cnv",
        seq=seq,
        role=role,
        client_message_id=None,
        person_id=None,
        name="Bob",
        content=content,
        content_hash="",
        revision=1,
        whole=1,
        reply_to=None,
        work_id=None,
        voice_version_id=None,
        house_version_id=None,
        history_cut=0,
        said_at=0,
        deleted_at=None,
    )


histories = st.lists(st.text(max_size=300), min_size=1, max_size=30).map(
    lambda texts: [message(seq, text) for seq, text in enumerate(texts)]
)


@given(histories, st.integers(0, 2000))
def test_what_is_kept_is_the_newest_whole_and_within_the_budget(history: list[Message], tokens: int) -> None:
    window = cut(history, tokens)

    kept = history[len(history) - len(window.turns) :]
    assert [turn.text for turn in window.turns] == [one.content for one in kept]
    assert sum(cost(one) for one in kept) <= tokens
    assert window.left_out == len(history) - len(kept)


@given(histories, st.integers(0, 2000))
def test_nothing_is_left_out_that_would_have_fitted(history: list[Message], tokens: int) -> None:
    window = cut(history, tokens)

    if window.left_out:
        first_left_out = history[window.left_out - 1]
        kept = sum(cost(one) for one in history[window.left_out :])
        assert kept + cost(first_left_out) > tokens


def test_a_message_too_long_by_itself_leaves_nothing() -> None:
    window = cut([message(1, "hello"), message(2, "word " * 1000)], 200)

    assert window.turns == ()
