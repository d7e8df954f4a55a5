"""The rules, each alone and each before those that follow it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.intake.decide import Answer, Decline, Ignore, Keep, Rule, Scene, Verdict, decide
from bot.ports import Place, Said, Speaker
from storage.records import Binding
from tests.intake.conftest import NOW, heard

AGE_MS = 1000
ALWAYS, ON_MENTION = Binding("bound", "always"), Binding("bound", "mention")
EVERYBODY = Scene(replied="replied", named="named", bound=ALWAYS, chosen="chosen", default="default")
ALL = replace(heard(), persona_id="picked", mentions_us=True)
DM = Place("discord", "2", kind="dm")
OURS, ROBOT = Speaker("1", "Us", is_bot=True, is_ours=True), Speaker("2", "Robot", is_bot=True)


def judge(said: Said, scene: Scene) -> Verdict:
    return decide(said, scene, now=NOW, answer_age_ms=AGE_MS)


@pytest.mark.parametrize(
    ("said", "scene", "verdict"),
    [
        (replace(ALL, speaker=OURS, system=True), EVERYBODY, Ignore(Rule.OURS)),
        (replace(ALL, speaker=ROBOT, system=True), EVERYBODY, Ignore(Rule.BOT)),
        (replace(ALL, system=True), EVERYBODY, Ignore(Rule.SYSTEM)),
        (ALL, EVERYBODY, Answer("picked", Rule.PICKED)),
        (replace(ALL, persona_id=""), EVERYBODY, Answer("replied", Rule.REPLY)),
        (replace(ALL, persona_id=""), replace(EVERYBODY, replied=""), Answer("named", Rule.NAMED)),
        (replace(ALL, persona_id=""), replace(EVERYBODY, replied="", named=""), Answer("bound", Rule.MENTION)),
        (replace(ALL, persona_id=""), Scene(banned="banned", bound=ALWAYS), Decline("banned", Rule.BANNED)),
        (heard(), Scene(named="named", banned="banned"), Answer("named", Rule.NAMED)),
        (heard(), Scene(closed=True), Ignore(Rule.BANNED)),
        (heard(place=DM), Scene(closed=True, default="default"), Answer("default", Rule.DIRECT)),
        (heard(), Scene(bound=ALWAYS, chosen="chosen", default="default"), Answer("bound", Rule.BOUND)),
        (heard(place=DM), Scene(bound=ALWAYS, chosen="chosen"), Answer("bound", Rule.BOUND)),
        (heard(place=DM), Scene(chosen="chosen", default="default"), Answer("chosen", Rule.DIRECT)),
        (heard(place=DM), Scene(default="default"), Answer("default", Rule.DIRECT)),
        (heard(place=Place("terminal", "t", kind="terminal")), Scene(default="d"), Answer("d", Rule.DIRECT)),
        (heard(), Scene(bound=ON_MENTION, default="default"), Keep("bound", Rule.LISTENING)),
        (heard(), Scene(chosen="chosen", default="default"), Ignore(Rule.NOBODY)),
    ],
)
def test_the_first_rule_that_applies_decides(said: Said, scene: Scene, verdict: Verdict) -> None:
    assert judge(said, scene) == verdict


@pytest.mark.parametrize(
    ("scene", "persona"),
    [
        (Scene(bound=ON_MENTION, chosen="chosen", default="default"), "bound"),
        (Scene(chosen="chosen", default="default"), "chosen"),
        (Scene(default="default"), "default"),
    ],
)
def test_a_mention_goes_to_the_channel_s_persona_then_the_person_s_then_the_house_s(scene: Scene, persona: str) -> None:
    assert judge(replace(heard(), mentions_us=True), scene) == Answer(persona, Rule.MENTION)


@pytest.mark.parametrize("said", [replace(heard(), mentions_us=True), heard(place=DM)])
def test_nobody_answers_where_no_persona_is_left(said: Said) -> None:
    assert judge(said, Scene()) == Ignore(Rule.ABSENT)


@pytest.mark.parametrize(("age", "answered"), [(AGE_MS, True), (AGE_MS + 1, False)])
def test_what_was_found_after_a_gap_is_answered_while_it_is_young(age: int, answered: bool) -> None:
    said = replace(heard(), caught_up=True, said_at=NOW - age)

    verdict = judge(said, Scene(named="ada"))

    assert verdict == (Answer("ada", Rule.NAMED) if answered else Keep("ada", Rule.TOO_OLD))


def test_an_old_message_for_a_banned_persona_is_kept_without_a_word() -> None:
    said = replace(heard(), caught_up=True, said_at=0)

    assert judge(said, Scene(banned="ada")) == Keep("ada", Rule.TOO_OLD)


def test_what_is_heard_live_is_answered_however_late_it_comes() -> None:
    assert judge(replace(heard(), said_at=0), Scene(named="ada")) == Answer("ada", Rule.NAMED)


def test_what_is_old_and_for_nobody_is_not_kept() -> None:
    assert judge(replace(heard(), caught_up=True, said_at=0), Scene()) == Ignore(Rule.NOBODY)


def test_every_rule_explains_itself_in_words_of_its_own() -> None:
    assert len({rule.value for rule in Rule}) == len(Rule)
