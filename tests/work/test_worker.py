"""Every way a try can end, on a real database with real, tiny capabilities."""

from __future__ import annotations

import asyncio

from bot.capabilities.base import Desk, Outcome, Reply
from bot.personas.ban import ban
from bot.ports import Face, Growing, ModelFailed, ModelFault, Place
from bot.work.retry import BUG, CRASHED, DEADLINE, Limits, sentence
from storage import conversations, memories, messages, pauses, work
from storage.engines.base import Transaction
from storage.records import WorkItem
from storage.work import Lease
from tests.work.conftest import LEASE_MS, NOW, Run, Shop, Sketch

HELLO = Reply("Hello, Bob.", "Ada", answered="7", reply_to="70")
GROWING = Growing("", "", Place("discord", "1"), Face("prs", "Ada"))


async def greet(item: WorkItem, desk: Desk) -> Outcome:
    return Outcome(reply=HELLO)


async def note(item: WorkItem, desk: Desk) -> Outcome:
    return Outcome(notice="That is too long for me.", answered="7")


async def nothing(item: WorkItem, desk: Desk) -> Outcome:
    return Outcome()


async def stumble(item: WorkItem, desk: Desk) -> Outcome:
    raise ZeroDivisionError("a bug")


async def tire(item: WorkItem, desk: Desk) -> Outcome:
    raise TimeoutError("a time of its own")


async def stall(item: WorkItem, desk: Desk) -> Outcome:
    await asyncio.Event().wait()
    return Outcome()


async def stall_half_way(item: WorkItem, desk: Desk) -> Outcome:
    begin(desk)
    await asyncio.Event().wait()
    return Outcome()


def begin(desk: Desk) -> None:
    """Say half of a reply."""
    desk.grow(GROWING).show("Half of")
    desk.unfinished = HELLO


def fails(fault: ModelFault, *, half_way: bool = False, retry_after_s: float | None = None) -> Run:
    async def fail(item: WorkItem, desk: Desk) -> Outcome:
        if half_way and item.attempts == 1:
            begin(desk)
        elif half_way:
            desk.unfinished = HELLO
        raise ModelFailed(fault, "why", retry_after_s)

    return fail


async def test_a_reply_is_kept_as_a_message_and_owed_to_the_platform_together(shop: Shop) -> None:
    shop.does["greet"] = greet
    work_id = await shop.owe("greet")

    async with shop.working():
        await shop.ended(work_id, "done")

    reply = await shop.database.read(messages.reply, work_id)
    [part] = await shop.parts(work_id)
    assert reply is not None and (reply.content, reply.name, reply.whole) == ("Hello, Bob.", "Ada", 1)
    assert (part.content, part.state, part.answered, part.reply_to) == ("Hello, Bob.", "owed", "7", "70")
    assert part.place == reply.seq
    assert shop.steps == ["claimed", "kept"]


async def test_what_answers_paused_words_is_not_remembered_though_the_pause_ended_before_it_was_said(
    shop: Shop,
) -> None:
    shop.does["greet"] = greet
    await shop.database.write(pauses.begin, "discord", "7", NOW)
    during = await shop.owe("greet")
    shop.clock.at += 1000
    await shop.database.write(pauses.end, "discord", "7", shop.clock.now())

    async with shop.working():
        await shop.ended(during, "done")
        await shop.ended(after := await shop.owe("greet"), "done")

    replies = [await shop.database.read(messages.reply, one) for one in (during, after)]
    keys = [(one.conversation_id, one.id) for one in replies if one is not None]
    held = [await shop.database.write(memories.keep_withheld, *key) for key in keys]
    assert held == [True, False]


async def test_a_long_reply_is_owed_in_parts_of_which_the_last_is_marked(shop: Shop) -> None:
    async def ramble(item: WorkItem, desk: Desk) -> Outcome:
        return Outcome(reply=Reply("One more sentence. " * 40, "Ada"))

    shop.does["greet"] = ramble
    work_id = await shop.owe("greet")

    async with shop.working():
        await shop.ended(work_id, "done")

    parts = await shop.parts(work_id)
    assert len(parts) > 3
    assert [part.last_part for part in parts] == [0] * (len(parts) - 1) + [1]


async def test_a_notice_is_said_small_and_enters_no_history(shop: Shop) -> None:
    shop.does["note"] = note
    work_id = await shop.owe("note")

    async with shop.working():
        await shop.ended(work_id, "done")

    [part] = await shop.parts(work_id)
    assert part.content == "-# That is too long for me."
    assert await shop.database.read(messages.reply, work_id) is None


async def test_an_outcome_of_nothing_says_nothing(shop: Shop) -> None:
    shop.does["nothing"] = nothing
    work_id = await shop.owe("nothing")

    async with shop.working():
        await shop.ended(work_id, "done")

    assert await shop.parts(work_id) == []


async def test_a_failing_model_is_asked_again_and_then_given_up_with_its_sentence(shop: Shop) -> None:
    shop.does["fail"] = fails(ModelFault.UNREACHABLE, retry_after_s=0)
    work_id = await shop.owe("fail")

    async with shop.working():
        item = await shop.ended(work_id, "buried")

    [part] = await shop.parts(work_id)
    assert (item.attempts, item.fault, item.detail) == (3, "UNREACHABLE", "why")
    assert part.content == f"-# {ModelFault.UNREACHABLE.value}"


async def test_a_model_that_works_at_the_second_try_answers(shop: Shop) -> None:
    async def fail_once(item: WorkItem, desk: Desk) -> Outcome:
        if item.attempts == 1:
            raise ModelFailed(ModelFault.BROKEN, retry_after_s=0)
        return Outcome(reply=HELLO)

    shop.does["fail"] = fail_once
    work_id = await shop.owe("fail")

    async with shop.working():
        item = await shop.ended(work_id, "done")

    assert (item.attempts, item.fault) == (2, "")
    assert [part.content for part in await shop.parts(work_id)] == ["Hello, Bob."]


async def test_the_best_of_several_tries_is_kept_and_said_to_be_cut_short(shop: Shop) -> None:
    shop.does["fail"] = fails(ModelFault.STALLED, half_way=True, retry_after_s=0)
    work_id = await shop.owe("fail")

    async with shop.working():
        await shop.ended(work_id, "done")

    reply = await shop.database.read(messages.reply, work_id)
    [part] = await shop.parts(work_id)
    assert reply is not None and (reply.content, reply.whole) == ("Half of", 0)
    assert part.content.startswith("Half of\n-# That is as far as I got.")
    assert ModelFault.STALLED.value in part.content


async def test_a_try_that_takes_too_long_ends_at_the_deadline(shop: Shop) -> None:
    shop.does["stall"] = stall
    shop.limits = Limits(3, 10, 0.05)
    work_id = await shop.owe("stall")

    async with shop.working():
        item = await shop.ended(work_id, "buried")

    assert (item.fault, item.attempts) == ("DEADLINE", 1)
    assert [part.content for part in await shop.parts(work_id)] == [f"-# {sentence(DEADLINE)}"]


async def test_a_capability_s_own_timeout_is_a_bug_and_not_our_deadline(shop: Shop) -> None:
    shop.does["tire"] = tire
    shop.limits = Limits(1, 0, 60)
    work_id = await shop.owe("tire")

    async with shop.working():
        item = await shop.ended(work_id, "buried")

    assert (item.fault, item.detail) == ("BUG", "TimeoutError: a time of its own")


async def test_a_bug_is_buried_with_a_sentence_and_its_neighbours_are_unharmed(shop: Shop) -> None:
    shop.does |= {"stumble": stumble, "greet": greet}
    shop.limits = Limits(1, 0, 60)
    broken, beside, behind = [
        await shop.owe("stumble", "a"),
        await shop.owe("greet", "b"),
        await shop.owe("greet", "a"),
    ]

    async with shop.working():
        item = await shop.ended(broken, "buried")
        await shop.ended(beside, "done")
        await shop.ended(behind, "done")

    assert (item.fault, item.detail) == ("BUG", "ZeroDivisionError: a bug")
    assert [part.content for part in await shop.parts(broken)] == [f"-# {sentence(BUG)}"]


async def test_a_capability_nobody_knows_is_buried(shop: Shop) -> None:
    shop.limits = Limits(1, 0, 60)
    work_id = await shop.owe("dance")

    async with shop.working():
        item = await shop.ended(work_id, "buried")

    assert item.fault == "BUG"


async def test_an_item_that_crashed_the_bot_too_often_is_not_tried_again(shop: Shop) -> None:
    shop.does["greet"] = greet
    work_id = await shop.owe("greet")
    for _ in range(3):
        await shop.database.write(work.claim, Lease("bot_0", NOW, NOW + 60_000), NOW, 1)
        await shop.database.write(work.release_all, NOW)

    async with shop.working():
        item = await shop.ended(work_id, "buried")

    assert item.fault == "CRASHED"
    assert [part.content for part in await shop.parts(work_id)] == [f"-# {sentence(CRASHED)}"]


async def test_a_reply_stopped_by_a_person_keeps_what_was_said_when_they_wish_so(shop: Shop) -> None:
    begun = asyncio.Event()

    async def half(item: WorkItem, desk: Desk) -> Outcome:
        begun.set()
        return await stall_half_way(item, desk)

    shop.does["stall"] = half
    work_id = await shop.owe("stall")

    async with shop.working():
        await begun.wait()
        stopped = shop.bells.stop(work_id, keep=True)
        await shop.ended(work_id, "cancelled")

    reply = await shop.database.read(messages.reply, work_id)
    assert stopped
    assert reply is not None and (reply.content, reply.whole) == ("Half of", 0)
    assert [part.content for part in await shop.parts(work_id)] == ["Half of\n-# Stopped."]


async def test_a_reply_stopped_without_a_trace_keeps_nothing(shop: Shop) -> None:
    begun = asyncio.Event()

    async def half(item: WorkItem, desk: Desk) -> Outcome:
        begun.set()
        return await stall_half_way(item, desk)

    shop.does["stall"] = half
    work_id = await shop.owe("stall")

    async with shop.working():
        await begun.wait()
        shop.bells.stop(work_id, keep=False)
        await shop.ended(work_id, "cancelled")

    assert await shop.parts(work_id) == []
    assert await shop.database.read(messages.reply, work_id) is None
    assert not shop.bells.stop(work_id, keep=False)


async def test_a_reply_that_fails_just_as_it_is_stopped_is_not_tried_again(shop: Shop) -> None:
    async def fails(item: WorkItem, desk: Desk) -> Outcome:
        shop.bells.stop(item.id, keep=False)
        raise ModelFailed(ModelFault.STALLED)

    shop.does["fails"] = fails
    work_id = await shop.owe("fails")

    async with shop.working():
        await shop.ended(work_id, "cancelled")

    assert await shop.parts(work_id) == []


async def test_a_reply_to_words_taken_back_meanwhile_is_not_said(shop: Shop) -> None:
    async def too_late(item: WorkItem, desk: Desk) -> Outcome:
        await shop.take_back(item.id)
        return Outcome(reply=HELLO)

    shop.does["greet"] = too_late
    work_id = await shop.owe("greet")

    async with shop.working():
        await shop.ended(work_id, "done")

    assert await shop.parts(work_id) == []
    assert await shop.database.read(messages.reply, work_id) is None


async def test_a_draft_is_settled_before_its_outcome_is_kept(shop: Shop) -> None:
    sketches: list[tuple[Sketch, str]] = []

    async def draw(item: WorkItem, desk: Desk) -> Outcome:
        draft = desk.grow(GROWING)
        assert isinstance(draft, Sketch)
        sketches.append((draft, (await shop.find(item.id)).state))
        return Outcome(reply=HELLO)

    shop.does["draw"] = draw
    work_id = await shop.owe("draw")

    async with shop.working():
        await shop.ended(work_id, "done")

    assert [(sketch.settled, state) for sketch, state in sketches] == [(True, "running")]


async def test_who_lost_the_lease_keeps_nothing(shop: Shop) -> None:
    def take(tx: Transaction) -> None:
        work.release_all(tx, NOW)
        work.claim(tx, Lease("bot_2", NOW + 9999, NOW + 60_000), NOW, 1)

    async def lose(item: WorkItem, desk: Desk) -> Outcome:
        if item.attempts == 1:  # somebody else takes it while we are at it
            await shop.database.write(take)
        return Outcome(reply=HELLO)

    shop.does["lose"] = lose
    work_id = await shop.owe("lose")

    async with shop.working():
        await shop.bells.outbox.wait(5)

    item = await shop.find(work_id)
    assert (item.state, item.attempts) == ("running", 2)
    assert await shop.parts(work_id) == []


async def test_a_worker_renews_what_it_is_at_and_nothing_it_left_behind(shop: Shop) -> None:
    begun = asyncio.Event()

    async def half(item: WorkItem, desk: Desk) -> Outcome:
        begun.set()
        return await stall(item, desk)

    left_behind = await shop.owe("stall", "a")
    await shop.database.write(work.claim, Lease("bot_1", NOW + LEASE_MS, NOW + 60_000), NOW, 1)
    shop.does["stall"] = half
    at_it = await shop.owe("stall", "b")

    async with shop.working() as worker:
        await begun.wait()
        shop.clock.at += LEASE_MS
        await worker.renew()
        await shop.database.write(work.release_expired, shop.clock.at + 1)
        states = [(await shop.find(work_id)).state for work_id in (left_behind, at_it)]
        shop.bells.stop(at_it, keep=False)

    assert states == ["retrying", "running"]


async def test_what_a_stopping_bot_cannot_finish_is_handed_back_at_once(shop: Shop) -> None:
    begun = asyncio.Event()

    async def half(item: WorkItem, desk: Desk) -> Outcome:
        begun.set()
        return await stall(item, desk)

    shop.does["stall"] = half
    work_id = await shop.owe("stall")
    worker = shop.worker()
    at_work = asyncio.create_task(worker.run())
    await begun.wait()

    await worker.stop(0)
    await at_work

    assert (await shop.find(work_id)).state == "retrying"
    assert await shop.database.write(work.claim, Lease("bot_2", NOW + LEASE_MS, NOW + 60_000), NOW, 1) != []


async def test_a_retried_item_waits_as_long_as_the_server_wished(shop: Shop) -> None:
    shop.does["fail"] = fails(ModelFault.RATE_LIMITED, retry_after_s=7)
    work_id = await shop.owe("fail")

    async with shop.working():
        item = await shop.ended(work_id, "retrying")

    assert item.run_after == NOW + 7000


async def test_an_item_is_revived_into_the_place_of_its_notice(shop: Shop) -> None:
    shop.limits = Limits(1, 0, 60)
    shop.does["x"] = stumble
    work_id = await shop.owe("x")
    async with shop.working():
        await shop.ended(work_id, "buried")
    [notice] = await shop.parts(work_id)

    shop.does["x"] = greet
    await shop.database.write(work.revive, work_id, NOW + 1)
    shop.clock.at += 1
    async with shop.working():
        await shop.ended(work_id, "done")

    [part] = await shop.parts(work_id)
    assert (part.id, part.content) == (notice.id, "Hello, Bob.")


# ── banned meanwhile ──


async def banned(shop: Shop) -> list[str]:
    """Ban the persona; the work that runs for it."""
    conversation = await shop.database.read(conversations.by_id, shop.scene_id)
    assert conversation is not None
    return await shop.database.write(ban, conversation.persona_id, "lies", "you", NOW)


async def test_a_reply_made_while_its_persona_was_banned_is_not_said(shop: Shop) -> None:
    async def greet_too_late(item: WorkItem, desk: Desk) -> Outcome:
        await banned(shop)
        return Outcome(reply=HELLO)

    shop.does["late"] = greet_too_late
    async with shop.working():
        work_id = await shop.owe("late")
        await shop.ended(work_id, "done")

    [part] = await shop.parts(work_id)
    assert part.content == "-# Ada was banned by the operator and answers nobody; /persona list shows who talks here."
    assert (part.banned, await shop.database.read(messages.reply, work_id)) == ("lies", None)


async def test_a_reply_that_grows_when_the_ban_falls_is_stopped_and_not_kept(shop: Shop) -> None:
    begun = asyncio.Event()

    async def half(item: WorkItem, desk: Desk) -> Outcome:
        begun.set()
        return await stall_half_way(item, desk)

    shop.does["slow"] = half
    work_id = await shop.owe("slow")
    async with shop.working():
        await begun.wait()
        running = await banned(shop)
        shop.bells.stop(work_id, keep=True)
        await shop.ended(work_id, "cancelled")

    assert running == [work_id]
    assert "Half of" not in "".join(part.content for part in await shop.parts(work_id))
    assert await shop.database.read(messages.reply, work_id) is None


async def test_nobody_is_told_of_the_failure_of_what_nobody_waits_for(shop: Shop) -> None:
    shop.does["stumble"] = stumble
    shop.silent.add("stumble")
    shop.limits = Limits(1, 10, 60)
    work_id = await shop.owe("stumble")

    async with shop.working():
        await shop.ended(work_id, "buried")

    assert await shop.parts(work_id) == []
