"""The nearest rule wins; of several at one level, one that denies; the operator's denials stand above all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.rules import Around, decide, denied
from storage.access import ALLOW, DENY, OPERATOR, SERVERS, Rule

BOB = Around("discord", "7", ("1", "2"), "20", "21", "22", "10")
NEAREST_FIRST = [["person:7"], ["role:1", "role:2"], ["channel:20"], ["channel:21"], ["channel:22"], ["guild:10"]]
OTHERS = ["person:8", "role:3", "channel:30", "guild:11"]


def rule(subject: str, verdict: str, guild_id: str = "10", may: str = "chat") -> Rule:
    return Rule("acc_1", "discord", guild_id, may, subject, verdict, None, "", "Ann", 1)


SUBJECTS = [*(subject for level in NEAREST_FIRST for subject in level), *OTHERS]
RULES = st.dictionaries(st.sampled_from(SUBJECTS), st.sampled_from([ALLOW, DENY]), max_size=12)


@given(RULES)
def test_what_decides_is_of_the_nearest_level_and_denies_where_any_there_does(given: dict[str, str]) -> None:
    level = next((level for level in NEAREST_FIRST if any(subject in given for subject in level)), [])
    there = [given[subject] for subject in level if subject in given]

    found = decide([rule(subject, verdict) for subject, verdict in given.items()], BOB, "chat")

    assert (found is None) is (not there)
    assert found is None or (found.subject in level and found.verdict == (DENY if DENY in there else ALLOW))


@given(RULES, st.sampled_from(["person:7", "guild:10", SERVERS]))
def test_what_the_operator_denies_no_server_allows(given: dict[str, str], subject: str) -> None:
    above = rule(subject, DENY, OPERATOR)

    assert decide([*(rule(*one) for one in given.items()), above], BOB, "chat") == above


def test_the_operator_s_list_of_servers_lets_in_those_it_names() -> None:
    only = [rule(SERVERS, DENY, OPERATOR), rule("guild:10", ALLOW, OPERATOR)]

    assert denied(only, BOB, "chat") is None
    assert denied(only, replace(BOB, guild_id="11"), "chat") == only[0]
    assert denied(only, Around("discord", "7"), "chat") is None  # a direct message is in no server


@pytest.mark.parametrize(("verdict", "kept"), [(DENY, True), (ALLOW, False)])
def test_where_roles_can_t_be_known_any_denial_of_one_counts_and_no_leave(verdict: str, kept: bool) -> None:
    unknown = replace(BOB, roles=None)
    found = decide([rule("role:3", verdict), rule("channel:20", ALLOW)], unknown, "chat")

    assert found is not None and (found.subject == "role:3") is kept


def test_a_rule_about_one_right_says_nothing_of_another() -> None:
    assert decide([rule("person:7", DENY, may="lore")], BOB, "chat") is None
