import pytest

from bot.commands import registry
from bot.commands.base import Refused
from tests.commands.conftest import ANN, BOB, Troupe

COMMANDS = registry.commands()


def test_every_command_fits_the_limits_of_discord() -> None:
    names = [command.name for command in COMMANDS]

    assert len(names) == len(set(names))
    for command in COMMANDS:
        assert all(0 < len(word) <= 32 and word.islower() for word in command.name.split())
        assert len(command.name.split()) <= 2
        assert 0 < len(command.summary) <= 100
        assert command.example.startswith(f"/{command.name}")
        assert len(command.options) <= 25


def test_every_option_fits_the_limits_of_discord() -> None:
    for command in COMMANDS:
        required = [option.required for option in command.options]
        assert required == sorted(required, reverse=True)
        for option in command.options:
            assert option.name.islower() and option.name.isidentifier() and len(option.name) <= 32
            assert 0 < len(option.description) <= 100
            assert not (option.choices and option.complete)
            assert 0 < option.longest <= 6000


async def test_an_unknown_command_is_answered_with_the_nearest(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="did you mean /persona list"):
        await troupe.order(BOB, "persona lits")


async def test_an_unknown_option_is_refused_with_those_there_are(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="no option “nmae”; it takes name"):
        await troupe.order(BOB, "persona show", nmae="ada")


async def test_what_the_face_hands_in_is_no_unknown_option(troupe: Troupe) -> None:
    answer = await troupe.order(BOB, "persona show", name="ada", _id="42")

    assert "Ada" in answer.text


async def test_characters_that_nobody_sees_are_no_part_of_an_argument(troupe: Troupe) -> None:
    answer = await troupe.order(BOB, "persona show", name="\x00ad\u202ea\x07")

    assert "Ada" in answer.text


@pytest.mark.parametrize("given", [{}, {"name": "   "}, {"name": "\x00\x07"}])
async def test_a_missing_argument_is_asked_for_with_an_example(troupe: Troupe, given: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"needs “name” \(.*[^.]\), for example: /persona show ada"):
        await troupe.order(BOB, "persona show", **given)


async def test_an_argument_too_long_is_refused_with_both_numbers(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="80 characters and this has 81"):
        await troupe.order(BOB, "persona show", name="a" * 81)


async def test_a_choice_that_is_none_is_refused_with_the_choices(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="“mode” must be always or mention"):
        await troupe.order(ANN, "persona bind", name="ada", mode="never")


@pytest.mark.parametrize("number", ["one", "-1", "1.5", "²"])
async def test_a_number_must_be_written_in_digits(troupe: Troupe, number: str) -> None:
    with pytest.raises(Refused, match="whole number"):
        await troupe.order(ANN, "prompt activate", name="ada", number=number)


@pytest.mark.parametrize("key", ["", "persona list:", "nothing:1", "persona edit:", "persona edit:prs_x:1:1"])
async def test_a_form_that_is_not_ours_or_out_of_date_is_refused(troupe: Troupe, key: str) -> None:
    with pytest.raises(Refused):
        await registry.submit(troupe.office, ANN, key, {})


@pytest.mark.parametrize("key", ["", "confirm:", "confirm:nothing:1", "confirm:archive:", "confirm:archive:prs_x"])
async def test_a_button_that_is_not_ours_or_out_of_date_is_refused(troupe: Troupe, key: str) -> None:
    with pytest.raises(Refused):
        await registry.press(troupe.office, ANN, key)
