import pytest

from bot.commands.base import Refused
from bot.personas.publish import VOICE
from storage import personas, prompts
from storage.records import Persona
from tests.commands.conftest import ANN, BOB, EVE, LUNA, OPERATOR, Troupe


async def found(troupe: Troupe, guild_id: str, name: str) -> Persona:
    persona = await troupe.database.read(personas.called, guild_id, name)
    assert persona is not None
    return persona


async def voice(troupe: Troupe, persona: Persona) -> tuple[int, str]:
    active = await troupe.database.read(prompts.active, persona.id, VOICE)
    assert active is not None
    return active.number, active.template


async def test_create_asks_five_questions_that_fit_discord(troupe: Troupe) -> None:
    form = (await troupe.order(ANN, "persona create")).form

    assert form is not None and len(form.fields) == 5
    assert len(form.key) <= 100 and len(form.title) <= 45
    assert all(len(field.label) <= 45 and field.longest <= 4000 for field in form.fields)


async def test_create_makes_the_guilds_own_persona(troupe: Troupe) -> None:
    answer = await troupe.create(ANN)

    luna = await found(troupe, "100", "Luna")
    assert (luna.guild_id, luna.name, luna.status, luna.version) == ("100", "luna", "active", 1)
    assert luna.sheet.starters == ("What is up tonight?", "Tell me of Mars")
    assert await voice(troupe, luna) == (1, LUNA["voice"])
    assert len(answer.buttons) == 2


async def test_create_in_the_terminal_makes_a_persona_for_everyone(troupe: Troupe) -> None:
    await troupe.create(OPERATOR)

    assert (await found(troupe, "200", "luna")).guild_id == ""


async def test_two_guilds_may_have_a_persona_of_one_name(troupe: Troupe) -> None:
    await troupe.create(ANN)
    await troupe.create(EVE, greeting="Hello from the other sky.")

    assert (await found(troupe, "100", "luna")).sheet.greeting == LUNA["greeting"]
    assert (await found(troupe, "200", "luna")).sheet.greeting == "Hello from the other sky."


@pytest.mark.parametrize("taken", ["Ada", "ADIE", " ada ", "Ádá"])
async def test_a_name_somebody_answers_to_is_refused_with_whose_it_is(troupe: Troupe, taken: str) -> None:
    with pytest.raises(Refused, match=r"Ada \(`ada`\) already answers to"):
        await troupe.create(ANN, display_name=taken)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("display_name", "Clyde", "“Name” must be"),
        ("display_name", "my discord pal", "“Name” must be"),
        ("display_name", "everyone", "“Name” must be"),
        ("display_name", "a```b", "“Name” must be"),
        ("display_name", "x" * 81, "“Name” must be"),
        ("display_name", "", "“Name” must be"),
        ("description", "two\nlines", "“Who it is” must be one line"),
        ("voice", " ", "“Voice” must be"),
        ("greeting", "x" * 1501, "“Greeting” must be"),
        ("starters", "1\n2\n3\n4\n5\n6", "“Suggested messages” must be"),
        ("starters", "\n", "“Suggested messages” must be"),
    ],
)
async def test_what_no_persona_may_be_is_refused_and_nothing_is_kept(
    troupe: Troupe, key: str, value: str, sentence: str
) -> None:
    before = await troupe.database.read(personas.listed, "100")

    with pytest.raises(Refused, match=sentence):
        await troupe.create(ANN, **{key: value})

    assert await troupe.database.read(personas.listed, "100") == before


async def test_all_mistakes_of_a_form_are_told_at_once(troupe: Troupe) -> None:
    with pytest.raises(Refused, match=r"“Name”.*“Greeting”"):
        await troupe.create(ANN, display_name="clyde", greeting="")


async def test_a_name_without_latin_letters_gets_a_short_name_of_its_own(troupe: Troupe) -> None:
    await troupe.create(ANN, display_name="Ольга")
    await troupe.create(ANN, display_name="星")

    assert (await found(troupe, "100", "ольга")).name == "persona"
    assert (await found(troupe, "100", "星")).name == "persona-2"


async def test_a_name_is_made_small_for_its_short_form(troupe: Troupe) -> None:
    await troupe.create(ANN, display_name="Zoë  O'Hara!")

    assert (await found(troupe, "100", "zoe-o-hara")).sheet.display_name == "Zoë  O'Hara!"


async def test_edit_shows_what_stands_there(troupe: Troupe) -> None:
    form = (await troupe.order(ANN, "persona edit", name="ada")).form

    ada = await found(troupe, "100", "ada")
    stands = {field.key: field.value for field in form.fields} if form else {}
    assert stands["greeting"] == ada.sheet.greeting
    assert stands["voice"] == (await voice(troupe, ada))[1]
    assert stands["starters"].splitlines() == list(ada.sheet.starters)


async def test_editing_a_shared_persona_makes_the_guilds_own_copy(troupe: Troupe) -> None:
    await troupe.order(ANN, "persona bind", name="ada")
    await troupe.edit(ANN, "ada", greeting="Welcome to our server.")

    ours, theirs = await found(troupe, "100", "ada"), await found(troupe, "200", "ada")
    assert (ours.guild_id, ours.sheet.greeting) == ("100", "Welcome to our server.")
    assert (theirs.guild_id, theirs.version) == ("", 1)
    assert ours.sheet.limits == theirs.sheet.limits
    assert "answers everything here" in (await troupe.order(BOB, "persona list")).text


async def test_editing_the_guilds_own_makes_no_second_copy(troupe: Troupe) -> None:
    await troupe.edit(ANN, "ada", greeting="One.")
    first = await found(troupe, "100", "ada")

    await troupe.edit(ANN, "ada", greeting="Two.")

    second = await found(troupe, "100", "ada")
    assert (second.id, second.version, second.sheet.greeting) == (first.id, first.version + 1, "Two.")


async def test_a_changed_voice_is_a_new_prompt_version_with_author_and_reason(troupe: Troupe) -> None:
    await troupe.create(ANN)
    await troupe.edit(ANN, "luna", voice="You are Luna, an AI. You whisper.")

    luna = await found(troupe, "100", "luna")
    active = await troupe.database.read(prompts.active, luna.id, VOICE)
    assert active is not None
    assert (active.number, active.author, active.reason) == (2, f"{ANN.name} ({ANN.platform_id})", "changed voice")
    assert luna.version == 1


async def test_a_changed_sheet_is_a_new_persona_version_and_keeps_the_voice(troupe: Troupe) -> None:
    await troupe.create(ANN)
    answer = await troupe.edit(ANN, "luna", description="An AI of the moon.", starters="Moon?")

    luna = await found(troupe, "100", "luna")
    versions = await troupe.database.read(personas.versions, luna.id)
    assert (luna.version, versions[0].reason) == (2, "changed who it is and suggested messages")
    assert (await voice(troupe, luna))[0] == 1
    assert "who it is and suggested messages" in answer.text


async def test_no_change_says_so_and_keeps_everything(troupe: Troupe) -> None:
    answer = await troupe.edit(ANN, "ada")

    assert "Nothing changed" in answer.text
    assert (await found(troupe, "100", "ada")).guild_id == ""


async def test_two_who_edit_at_once_undo_nothing_of_each_other(troupe: Troupe) -> None:
    first = await troupe.order(ANN, "persona edit", name="ada")
    second = await troupe.order(ANN, "persona edit", name="ada")

    await troupe.fill(ANN, first, greeting="New greeting.")
    await troupe.fill(ANN, second, voice="You are Ada, an AI, and brief.")

    ada = await found(troupe, "100", "ada")
    assert ada.sheet.greeting == "New greeting."
    assert (await voice(troupe, ada))[1] == "You are Ada, an AI, and brief."


async def test_a_rename_to_somebody_elses_name_is_refused(troupe: Troupe) -> None:
    with pytest.raises(Refused, match=r"Halvard .*already answers"):
        await troupe.edit(ANN, "ada", display_name="halvard")

    assert (await found(troupe, "100", "ada")).guild_id == ""


async def test_a_renamed_persona_answers_to_its_new_name(troupe: Troupe) -> None:
    await troupe.edit(ANN, "ada", display_name="Countess")

    assert (await found(troupe, "100", "countess")).name == "ada"
    assert await troupe.database.read(personas.called, "200", "countess") is None


async def test_a_voice_longer_than_a_form_is_left_as_it_is(troupe: Troupe) -> None:
    long = "You are Luna, an AI. " + "You love stars. " * 300
    await troupe.create(OPERATOR, voice=long)

    shown = await troupe.order(OPERATOR, "persona edit", name="luna")
    await troupe.fill(OPERATOR, shown, greeting="Hello.")

    assert shown.form is not None and "voice" not in {field.key for field in shown.form.fields}
    assert "voice is longer" in shown.text
    assert (await voice(troupe, await found(troupe, "", "luna"))) == (1, long.strip())
