"""What people write as a value, and what is refused."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kinds import Daily, Decimal, Hours, Kind, Maybe, Names, OneOf, Switch, Unfit, Whole, Zone, written

KINDS: dict[str, Kind[object]] = {
    "whole": Whole(-5, 2000),
    "decimal": Decimal(0, 2),
    "switch": Switch(),
    "words": OneOf(("short", "Long")),
    "daily": Daily(),
    "zone": Zone(),
    "names": Names(),
    "maybe": Maybe(Decimal(0, 2), "the persona's own"),
}
LIKE_VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.tuples(st.integers(0, 30), st.integers(0, 70), st.integers(0, 30), st.integers(0, 70)).map(
        lambda four: "{}:{:02d}-{}:{:02d}".format(*four)
    ),
    st.sampled_from(["on", "OFF", "yes", "false", "short", "LONG", "none", "utc", "europe/berlin", "a, b,a"]),
)


@pytest.mark.parametrize("name", KINDS)
@given(text=LIKE_VALUES)
def test_what_is_kept_is_read_as_the_same_value(name: str, text: str) -> None:
    kind = KINDS[name]
    try:
        value = kind.read(text)
    except Unfit:
        return

    again = kind.read(written(value))

    assert again == value
    assert written(again) == written(value)


@pytest.mark.parametrize("name", KINDS)
def test_every_choice_is_kept_as_it_is_offered(name: str) -> None:
    kind = KINDS[name]

    assert all(written(kind.read(choice)) in (choice, "") for choice in kind.choices)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("-5", -5), ("2000", 2000), ("2,000", 2000)])
def test_a_whole_number_keeps_to_its_bounds_and_reaches_both(text: str, value: int) -> None:
    assert Whole(-5, 2000).read(text) == value


@pytest.mark.parametrize("text", ["2001", "-6", "1.5", "1e2", "²", "", "0x10", "1,00", "one", "9" * 400])
def test_what_is_no_such_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        Whole(-5, 2000).read(text)


@pytest.mark.parametrize(("text", "value"), [("0", 0.0), ("-0", 0.0), ("2", 2.0), ("0.70", 0.7), ("0.33333", 0.3333)])
def test_a_number_is_kept_to_four_places(text: str, value: float) -> None:
    assert Decimal(0, 2).read(text) == value
    assert not written(Decimal(0, 2).read(text)).startswith("-")


@pytest.mark.parametrize("text", ["2.0001", "-0.1", "nan", "inf", "1e1", ",5", "", "٠"])
def test_what_is_no_such_number_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        Decimal(0, 2).read(text)


@pytest.mark.parametrize("text", ["off", "FALSE", "no"])
def test_off_is_a_value_and_not_the_lack_of_one(text: str) -> None:
    assert Switch().read(text) is False
    assert written(False) == "off"


@pytest.mark.parametrize("text", ["", "0", "maybe"])
def test_what_is_neither_on_nor_off_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        Switch().read(text)


def test_a_word_is_known_in_any_case_and_kept_in_its_own() -> None:
    assert OneOf(("short", "Long")).read("LONG") == "Long"


@pytest.mark.parametrize(
    ("text", "kept"), [("22:00-07:00", "22:00-07:00"), ("9:05 – 17:30", "09:05-17:30"), ("20:00-24:00", "20:00-00:00")]
)
def test_hours_are_kept_in_one_way(text: str, kept: str) -> None:
    assert written(Daily().read(text)) == kept


@pytest.mark.parametrize("text", ["22-7", "22:00", "25:00-07:00", "22:60-07:00", "07:00-07:00", "24:00-07:00", ""])
def test_what_is_no_part_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        Daily().read(text)


def test_hours_may_go_over_midnight() -> None:
    assert Daily().read("22:00-07:00") == Hours(22 * 60, 7 * 60)


@pytest.mark.parametrize(("text", "name"), [("europe/berlin", "Europe/Berlin"), ("UTC", "UTC"), ("utc", "UTC")])
def test_a_time_zone_is_known_in_any_case(text: str, name: str) -> None:
    assert written(Zone().read(text)) == name
    assert Zone().read("UTC") is UTC


@pytest.mark.parametrize("text", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "\0"])
def test_what_is_no_time_zone_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        Zone().read(text)


def test_names_stand_once_each_in_their_order() -> None:
    assert Names().read("b, a,b ,") == ("b", "a")


@pytest.mark.parametrize("text", ["", " , ", ",".join("abcdefghi"), "a" * 101, "a\nb"])
def test_what_is_no_list_of_names_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        Names().read(text)


@pytest.mark.parametrize("text", ["", "none", "None"])
def test_none_is_a_value_where_there_may_be_none(text: str) -> None:
    assert Maybe(Decimal(0, 2), "the persona's own").read(text) is None
    assert written(None) == ""
