"""Parts of replies: in order, once, and in doubt until somebody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import outbox, work
from storage.outbox import NewPart
from storage.records import Delivery
from tests.storage.conftest import NOW, Owing


@pytest.fixture
def parts(owing: Owing) -> Parts:
    return Parts(owing)


class Parts:
    """Short ways to owe and to claim parts."""

    def __init__(self, owing: Owing) -> None:
        self._owing = owing
        self.database = owing.database

    def new(self, work_id: str, part: int, place: int, content: str = "words") -> NewPart:
        """A part of a reply at that place of the conversation."""
        return NewPart(self._owing.ids.new("dlv"), work_id, part, self._owing.ground.conversation.id, place, content)

    async def owe(self, work_id: str, part: int = 0, place: int = 1, content: str = "words") -> None:
        """Owe a part in its final wording."""
        await self.database.write(outbox.owe, self.new(work_id, part, place, content), NOW)

    async def open(self, work_id: str, part: int = 0, place: int = 1, content: str = "wo") -> Delivery:
        """Open a draft's part."""
        opened = await self.database.write(outbox.open, self.new(work_id, part, place, content), NOW)
        assert opened is not None
        return opened

    async def claim(self, now: int = NOW) -> list[Delivery]:
        """Claim what is due, and note the try."""
        taken = await self.database.write(outbox.claim, "discord", now + 1000, now, 10)
        for delivery in taken:
            await self.database.write(outbox.trying, delivery, now)
        return taken

    async def say(self) -> list[tuple[str, int]]:
        """Deliver everything; what was said in which order, by work and part."""
        said = []
        while taken := await self.claim():
            for one in taken:
                await self.database.write(outbox.acknowledged, one, f"9{len(said)}", "channel")
                await self.database.write(outbox.sent, one, NOW)
                said.append((one.work_id, one.part))
        return said

    async def find(self, work_id: str, part: int = 0) -> Delivery:
        """The part as it stands."""
        return (await self.database.read(outbox.of_work, work_id))[part]


async def test_parts_and_replies_of_one_conversation_go_out_in_their_order(owing: Owing, parts: Parts) -> None:
    first, second = await owing.owe("a"), await owing.owe("b")
    for work_id, part, place in [(second, 1, 2), (second, 0, 2), (first, 1, 1), (first, 0, 1)]:
        await parts.owe(work_id, part, place)

    said = await parts.say()

    assert said == [(first, 0), (first, 1), (second, 0), (second, 1)]


async def test_a_part_that_waits_holds_those_after_it(owing: Owing, parts: Parts) -> None:
    first, second = await owing.owe("a"), await owing.owe("b")
    await parts.owe(first, place=1)
    await parts.owe(second, place=2)
    [tried] = await parts.claim()
    await parts.database.write(outbox.wait, tried, NOW + 100, "LATER")

    meanwhile = await parts.claim(NOW + 99)
    due = await parts.database.read(outbox.next_due, NOW)
    [later] = await parts.claim(NOW + 100)

    assert (meanwhile, due, later.work_id) == ([], NOW + 100, first)


async def test_what_is_due_on_a_platform_of_others_is_told_from_what_is_due_here(owing: Owing, parts: Parts) -> None:
    async def foreign(platforms: tuple[str, ...], now: int) -> bool:
        return await parts.database.read(outbox.foreign, platforms, now)

    before = await foreign((), NOW)
    await parts.owe(await owing.owe(), place=1)

    assert (before, await foreign((), NOW), await foreign(("terminal",), NOW)) == (False, True, True)
    assert (await foreign(("terminal", "discord"), NOW), await foreign((), NOW - 1)) == (False, False)


async def test_a_dropped_part_lets_those_after_it_go(owing: Owing, parts: Parts) -> None:
    first, second = await owing.owe("a"), await owing.owe("b")
    await parts.owe(first, place=1)
    await parts.owe(second, place=2)
    [tried] = await parts.claim()

    await parts.database.write(outbox.drop, tried, NOW, "FORBIDDEN", again=True)
    said = await parts.say()

    assert said == [(second, 0)]


async def test_what_was_given_up_of_work_that_is_over_is_owed_again_once_unless_its_words_are_gone(
    owing: Owing, parts: Parts
) -> None:
    work_id = await owing.owe()
    for part in range(3):
        await parts.owe(work_id, part)
    for again in (True, False, True):
        [tried] = await parts.claim()
        await parts.database.write(outbox.drop, tried, NOW, "FORBIDDEN: no", again=again)
    asked = [await parts.database.write(outbox.revive, work_id, NOW)]
    await parts.database.write(work.cancel, work_id, NOW)

    why = await parts.database.read(outbox.why_dropped, work_id)
    asked += [await parts.database.write(outbox.revive, work_id, NOW) for _ in range(2)]

    assert (why, asked) == ("FORBIDDEN: no", [0, 2, 0])
    assert await parts.say() == [(work_id, 0), (work_id, 2)]


async def test_a_growing_reply_holds_the_next_one_of_its_conversation(owing: Owing, parts: Parts) -> None:
    first, second = await owing.owe("a"), await owing.owe("b")
    await parts.open(first, place=1)
    await parts.owe(second, place=2)

    assert await parts.claim() == []


async def test_a_part_in_doubt_stays_so_over_a_restart_with_what_was_tried(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id, content="tried words")
    [tried] = await parts.claim()

    await parts.database.write(outbox.release, NOW + 5)
    await parts.owe(work_id, content="newer words")
    [again] = await parts.claim(NOW + 5)

    assert not tried.in_doubt
    assert again.in_doubt and again.tried_at == NOW
    assert (again.id, again.content, again.tried_content) == (tried.id, "newer words", "tried words")


async def test_an_acknowledged_part_is_in_no_doubt_and_is_revised(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    draft = await parts.open(work_id)
    await parts.database.write(outbox.trying, draft, NOW)
    await parts.database.write(outbox.acknowledged, draft, "99", "channel")

    await parts.owe(work_id, content="words")
    [final] = await parts.claim()

    assert (final.id, final.content, final.platform_message_id) == (draft.id, "words", "99")
    assert not final.in_doubt


async def test_a_second_try_of_a_draft_takes_over_the_first_one_s_nonce_and_message(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    first = await parts.open(work_id)
    await parts.database.write(outbox.trying, first, NOW)

    second = await parts.open(work_id, content="other words")

    assert (second.id, second.in_doubt, second.content) == (first.id, True, "other words")


async def test_a_part_that_was_certainly_not_said_is_in_no_doubt(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id)
    [tried] = await parts.claim()

    await parts.database.write(outbox.untried, tried)

    assert not (await parts.find(work_id)).in_doubt


async def test_parts_beyond_the_reply_are_taken_back(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    for part in range(3):
        draft = await parts.open(work_id, part)
        await parts.database.write(outbox.acknowledged, draft, f"9{part}", "channel")
    await parts.owe(work_id)

    withdrawn = await parts.database.write(outbox.withdraw_after, work_id, 1, NOW)
    first = await parts.claim()

    assert withdrawn == 2
    assert [(part.part, part.content) for part in first] == [(0, "words")]
    assert (await parts.find(work_id, 2)).content == ""


async def test_a_draft_whose_work_was_stopped_is_taken_away_at_the_next_start(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    [item] = await owing.claim()
    await parts.open(work_id)
    await owing.database.write(work.stop, item, NOW)

    await parts.database.write(outbox.release, NOW)
    [owed] = await parts.claim()

    assert (owed.work_id, owed.content) == (work_id, "")


async def test_a_part_owed_anew_while_it_was_sent_is_said_again_afterwards(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id)
    [sending] = await parts.claim()
    await parts.owe(work_id, content="newer words")

    meanwhile = await parts.claim()
    marked = await parts.database.write(outbox.sent, sending, NOW)
    [again] = await parts.claim()

    assert (meanwhile, marked) == ([], False)
    assert again.content == "newer words"


async def test_a_part_taken_back_while_it_is_sent_stays_with_its_sender_until_then(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id)
    [sending] = await parts.claim()
    await parts.database.write(outbox.withdraw_after, work_id, 0, NOW)

    meanwhile = await parts.claim()
    await parts.database.write(outbox.sent, sending, NOW)
    [again] = await parts.claim()

    assert (meanwhile, again.content) == ([], "")


async def test_a_draft_does_not_touch_what_is_being_sent(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id)
    await parts.claim()

    opened = await parts.database.write(outbox.open, parts.new(work_id, 0, 1, "draft"), NOW)

    assert opened is None
    assert (await parts.find(work_id)).content == "words"


@pytest.mark.parametrize("ending", ["sent", "wait", "replace", "drop", "renew"])
async def test_who_lost_a_part_to_another_changes_nothing(ending: str, owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id)
    [lost] = await parts.claim()
    await parts.database.write(outbox.release_expired, NOW + 2000)
    [held] = await parts.claim(NOW + 2000)

    match ending:
        case "sent":
            await parts.database.write(outbox.sent, lost, NOW)
        case "wait":
            await parts.database.write(outbox.wait, lost, NOW, "LATER")
        case "replace":
            await parts.database.write(outbox.replace, lost, "other words", NOW, "BLOCKED")
        case "drop":
            await parts.database.write(outbox.drop, lost, NOW, "GONE", again=False)
        case "renew":
            assert await parts.database.write(outbox.renew, [lost], NOW + 9000) == frozenset()

    now = await parts.find(work_id)
    assert (now.state, now.content, now.run_after) == ("sending", "words", held.run_after)


async def test_a_part_is_held_by_renewing_it(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id)
    [held] = await parts.claim()

    ours = await parts.database.write(outbox.renew, [held], NOW + 5000)
    released = await parts.database.write(outbox.release_expired, NOW + 4000)
    await parts.database.write(outbox.sent, replace(held, run_after=NOW + 5000), NOW)

    assert (ours, released) == (frozenset({held.id}), 0)
    assert (await parts.find(work_id)).state == "sent"


async def test_parts_are_left_to_those_who_can_speak_on_their_platform(owing: Owing, parts: Parts) -> None:
    await parts.owe(await owing.owe())

    by_a_terminal = await parts.database.write(outbox.claim, "terminal", NOW + 1000, NOW, 10)
    on_discord = await parts.claim()

    assert (by_a_terminal, len(on_discord)) == ([], 1)


async def test_the_words_of_a_sent_part_are_kept_with_its_message_only(owing: Owing, parts: Parts) -> None:
    work_id = await owing.owe()
    await parts.owe(work_id)

    await parts.say()

    assert (await parts.find(work_id)).content == (await parts.find(work_id)).tried_content == ""


async def test_a_message_s_persona_is_known_in_its_own_channel_only(owing: Owing, parts: Parts) -> None:
    await parts.owe(await owing.owe())
    await parts.say()

    here = await parts.database.read(outbox.said_by, "discord", "1", "90")
    elsewhere = await parts.database.read(outbox.said_by, "discord", "2", "90")

    assert (here, elsewhere) == (owing.ground.persona.id, None)
