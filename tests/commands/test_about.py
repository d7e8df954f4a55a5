import pytest

from bot.commands import about, registry
from bot.commands.base import Finding, Refused
from bot.health.vitals import Counted
from storage import personas, usage
from storage.records import ModelCall, Tally
from tests.commands.conftest import ANN, BOB, NOW, Troupe


async def test_status_adds_what_was_spent_to_what_the_house_reports(troupe: Troupe) -> None:
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    work_id = await troupe.owe(ANN, ada.id)
    for number, (outcome, called_at) in enumerate([("OK", NOW), ("TIMED_OUT", NOW), ("OK", NOW - 90_000_000)]):
        call = ModelCall(f"cal_{number}", work_id, 1, "m", outcome, 1000, 500, 1, 5, 9, None, None, called_at)
        await troupe.database.write(usage.add, call)

    lines = (await troupe.order(BOB, "status")).text.splitlines()

    assert lines == [
        "**Database** 1.2 MB",
        "**Models** gpt-test not asked in 24 hours; gpt-small not asked in 24 hours",
        "**Personas** 5 of 5 talk here",
        "**Model calls in 24 hours** 1 OK, 1 TIMED_OUT",
        "**Tokens in 24 hours** 3,000",
    ]


async def test_status_of_a_bot_that_asked_no_model_says_so(troupe: Troupe) -> None:
    text = (await troupe.order(BOB, "status")).text

    assert "**Model calls in 24 hours** none" in text and "**Tokens in 24 hours** 0" in text


def test_what_is_owed_is_told_in_words_with_the_oldest() -> None:
    counted = Counted((Tally("buried", 2), Tally("ready", 1)), 1, (Tally("live", 1), Tally("owed", 3)), 0, 0)

    lines = about.owed(counted, "the oldest is due for 3 s of 180 s")

    assert [line.value for line in lines] == [
        "2 given up, 1 waiting; the oldest is due for 3 s of 180 s",
        "1 growing, 3 waiting",
    ]


def test_an_idle_bot_owes_nothing() -> None:
    lines = about.owed(Counted((), None, (), 0, 0), "nothing is due")

    assert [line.value for line in lines] == ["nothing", "nothing"]


async def test_doctor_names_what_is_wrong_first_with_its_cure(troupe: Troupe) -> None:
    troupe.outside.findings = (
        Finding(True, "I can read this channel."),
        Finding(False, "I can't make webhooks here.", "Give me Manage Webhooks."),
    )

    lines = (await troupe.order(BOB, "doctor")).text.splitlines()

    assert lines == [
        "**1 thing to mend**",
        "❌ I can't make webhooks here. Give me Manage Webhooks.",
        "✅ I can read this channel.",
        "✅ Ada answers mentions here",
    ]


async def test_doctor_says_when_all_is_well(troupe: Troupe) -> None:
    assert (await troupe.order(BOB, "doctor")).text == ("**All is well here**\n✅ Ada answers mentions here")


async def test_doctor_says_when_nobody_answers_here(troupe: Troupe) -> None:
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    await registry.press(troupe.office, ANN, f"confirm:archive:{ada.id}")

    lines = (await troupe.order(BOB, "doctor")).text.splitlines()

    assert lines[1].startswith("❌ Nobody answers here unless they are named. Give this channel a persona")


async def test_help_lists_every_command_with_its_example(troupe: Troupe) -> None:
    text = (await troupe.order(BOB, "help")).text

    assert all(f"`{command.example}` {command.summary}" in text for command in registry.commands())


@pytest.mark.parametrize("wanted", ["persona bind", "/Persona Bind"])
async def test_help_explains_one_command_with_its_options(troupe: Troupe, wanted: str) -> None:
    text = (await troupe.order(BOB, "help", command=wanted)).text

    assert text.startswith("**/persona bind**")
    assert "- `mode` (always or mention) *optional*" in text
    assert "Needs Manage Server" in text


async def test_help_explains_all_commands_of_a_word(troupe: Troupe) -> None:
    text = (await troupe.order(BOB, "help", command="queue")).text

    assert all(name in text for name in ("/queue list", "/queue retry", "/queue cancel"))


async def test_help_for_what_there_is_not_is_refused(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="no command “dance”"):
        await troupe.order(BOB, "help", command="dance")
