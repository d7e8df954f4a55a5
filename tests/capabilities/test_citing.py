"""Notes that a model cites are counted as used, and people never see the labels it cites them by."""

from __future__ import annotations

from bot.capabilities.chat.citing import bare, label, with_cited
from bot.memory.reminding import DUE, Reminder
from tests.memory.test_reminding import a_memory


def test_cited_ids_are_stripped_and_their_memories_alone_count_as_used() -> None:
    one, other, due = Reminder(a_memory(id="mem_a")), Reminder(a_memory(id="mem_b")), Reminder(a_memory(), always=DUE)
    said = f"You like tea [{label('mem_a')}, nffff], and [sic] [n1] stays."

    reminded = with_cited((one, other, due), said)

    assert bare(said) == "You like tea, and [sic] [n1] stays."
    assert [found.counts(cites=True) for found in reminded] == [1, 0, 1]
    assert [found.counts(cites=False) for found in with_cited((one, other), "tea")] == [1, 1]
    assert '"cited": true' in reminded[0].why() and "cited" not in reminded[1].why()


def test_no_part_of_a_label_is_ever_shown_while_a_reply_grows() -> None:
    whole = "As [sic] you like tea [n0af1, n12cd], I think."
    shown = [bare(whole[:end], grows=True) for end in range(len(whole) + 1)]

    assert shown[-1] == bare(whole) == "As [sic] you like tea, I think."
    assert all(shown[-1].startswith(one.rstrip()) for one in shown)
