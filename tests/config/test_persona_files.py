import re
import runpy
import shutil
from pathlib import Path

import pytest
from PIL import Image

from config.persona_files import LARGEST_AVATAR, LARGEST_FILE, Example, LoreEntry, PersonaFile, load_personas

BUILT_IN = Path(__file__).parents[2] / "config" / "personas"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
GOOD: dict[str, str] = {
    "name": '"mira"',
    "display_name": '"Mira"',
    "description": '"Knows moths."',
    "voice": '"You are Mira, an AI."',
    "greeting": '"Hello, I am an AI."',
    "starters": '["What is a moth?"]',
}


def write(folder: Path, file: str = "mira.toml", **keys: str | None) -> Path:
    """A good persona file with some keys changed, each given as TOML, or left out where None."""
    lines = [f"{key} = {value}" for key, value in (GOOD | keys).items() if value is not None]
    path = folder / file
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def only(folder: Path) -> PersonaFile:
    loaded = load_personas(folder)
    assert loaded.problems == ()
    (persona,) = loaded.personas
    return persona


def problem(folder: Path) -> str:
    loaded = load_personas(folder)
    assert loaded.personas == ()
    (sentence,) = loaded.problems
    return sentence


def test_a_file_with_only_what_it_must_have_takes_the_defaults(tmp_path: Path) -> None:
    write(tmp_path)

    persona = only(tmp_path)

    assert (persona.name, persona.starters) == ("mira", ("What is a moth?",))
    assert (persona.status, persona.language, persona.nsfw, persona.owner) == ("active", "en", False, "")
    assert (persona.aliases, persona.avatar, persona.temperature, persona.examples) == ((), "", None, ())


def test_a_file_may_set_everything(tmp_path: Path) -> None:
    write(
        tmp_path,
        aliases='["Mi", "Moth lady"]',
        limits='["Catches none."]',
        traits='["soft"]',
        avatar='"https://example.com/m.png"',
        nsfw="true",
        status='"coming_soon"',
        banned='"poses as somebody"',
        language='"pt-BR"',
        owner='"Ann"',
        temperature="1",
        examples='[{person = "Hi", persona = "Hush."}]',
        lore='[{title = "The lamp", keys = ["lamp"], content = "Draws moths.", priority = 9}]',
    )

    persona = only(tmp_path)

    assert persona.aliases == ("Mi", "Moth lady")
    assert (persona.limits, persona.traits, persona.avatar_hash) == (("Catches none.",), ("soft",), "")
    assert (persona.nsfw, persona.status, persona.language, persona.owner) == (True, "coming_soon", "pt-BR", "Ann")
    assert (persona.temperature, persona.examples) == (1.0, (Example("Hi", "Hush."),))
    assert persona.lore == (LoreEntry("The lamp", ("lamp",), "Draws moths.", False, 9),)


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", starters="3")
    write(tmp_path, "b.toml")

    loaded = load_personas(tmp_path)

    assert [persona.name for persona in loaded.personas] == ["mira"]
    assert loaded.problems == (
        f'{tmp_path}/a.toml: "starters" must be a list of 1 to 5 short texts of up to 80 characters, '
        "but it is the number 3.",
    )


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, greeting=None, starters='["fine", ""]', temperature="3.5", nsfw='"yes"')

    loaded = load_personas(tmp_path)

    told = [sentence.removeprefix(f"{tmp_path}/mira.toml: ") for sentence in loaded.problems]
    assert told == [
        '"greeting" must be a text of 1 to 1500 characters, but it is missing.',
        '"starters" must be a list of 1 to 5 short texts of up to 80 characters, but entry 2 is blank.',
        '"nsfw" must be true or false, but it is "yes".',
        '"temperature" must be a number from 0 to 2, but it is the number 3.5.',
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", '"Mira"'),
        ("name", '"m"'),
        ("name", '"-mira"'),
        ("name", '"mi ra"'),
        ("display_name", '""'),
        ("display_name", '"Clyde Moth"'),
        ("display_name", '"disCORD moth"'),
        ("display_name", '"everyone"'),
        ("display_name", '"Here"'),
        ("display_name", '"a```b"'),
        ("display_name", '"' + "m" * 81 + '"'),
        ("display_name", '"two\\nlines"'),
        ("aliases", '["M"]'),
        ("aliases", '"Mi"'),
        ("description", '"two\\nlines"'),
        ("description", '"' + "m" * 201 + '"'),
        ("voice", '"  "'),
        ("voice", '"a\\u0000b"'),
        ("voice", '"' + "m" * 8001 + '"'),
        ("limits", "[1]"),
        ("greeting", '"' + "m" * 1501 + '"'),
        ("starters", "[]"),
        ("starters", '["1", "2", "3", "4", "5", "6"]'),
        ("starters", '["' + "m" * 81 + '"]'),
        ("traits", "{ soft = true }"),
        ("avatar", '"http://example.com/m.png"'),
        ("avatar", '"/etc/passwd"'),
        ("avatar", '"../other.png"'),
        ("avatar", '"missing.png"'),
        ("avatar", '"."'),
        ("nsfw", "1"),
        ("status", '"retired"'),
        ("language", '"English!"'),
        ("owner", "7"),
        ("temperature", "nan"),
        ("temperature", "-0.1"),
        ("temperature", '"1"'),
        ("temperature", "2024-01-01"),
        ("examples", '[{person = "Hi"}]'),
        ("examples", '[{person = "Hi", persona = "Ho", mood = "sly"}]'),
        ("lore", '"moths"'),
        ("lore", "[1]"),
        ("lore", '[{title = "a", content = "b", always_on = true}, {title = "a", content = "c", always_on = true}]'),
        ("lore", "[" + ",".join(f'{{title="{n}", content="b", always_on=true}}' for n in range(51)) + "]"),
        ("examples", "[" + '{person = "a", persona = "b"},' * 9 + "]"),
    ],
)
def test_a_value_out_of_bounds_is_told_by_its_key_in_one_sentence(tmp_path: Path, key: str, value: str) -> None:
    write(tmp_path, **{key: value})

    sentence = problem(tmp_path)

    assert re.fullmatch(rf'{re.escape(str(tmp_path))}/mira\.toml: "{key}" must be [^\n]+, but [^\n]+\.', sentence)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('content = "x", keys = ["x"]', '"title" must be one line of 1 to 80 characters, but it is missing'),
        ('title = "x", keys = ["x"]', '"content" must be a text of 1 to 2000 characters, but it is missing'),
        ('title = "x", content = "x"', "where always_on is not true, but it is missing"),
        ('title = "x", content = "x", keys = []', "where always_on is not true, but it is a list of 0"),
        ('title = "x", content = "x", keys = ["x", " "]', '"keys" must be a list of at most 12 words'),
        ('title = "x", content = "x", keys = ["x", " "]', "but entry 2 is blank"),
        ('title = "x", content = "x", keys = ["x"], priority = 101', "from 0 to 100, but it is the number 101"),
        ('title = "x", content = "x", keys = ["x"], priority = "high"', '"priority" must be a whole number'),
        ('title = "x", content = "x", always_on = 1', '"always_on" must be true or false, but it is the number 1'),
        ('title = "x", content = "x", keyz = ["x"]', '"keyz" must be a known key, but it is not; perhaps "keys"'),
    ],
)
def test_an_entry_of_the_lorebook_is_told_by_its_number_and_its_key(tmp_path: Path, entry: str, told: str) -> None:
    write(tmp_path, lore=f'[{{title = "fine", content = "y", always_on = true}}, {{{entry}}}]')

    sentence = problem(tmp_path)

    assert sentence.startswith(f'{tmp_path}/mira.toml: "lore", entry 2: "')
    assert told in sentence


def test_an_unknown_key_is_an_error_that_says_which_was_meant(tmp_path: Path) -> None:
    write(tmp_path, startters='["Hi"]')

    sentence = problem(tmp_path)

    assert sentence.endswith('"startters" must be a known key, but it is not; perhaps "starters" was meant.')


def test_a_toml_error_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "mira.toml").write_text('name = "mira"\n\ngreeting = oops\n')

    sentence = problem(tmp_path)

    assert sentence == f"{tmp_path}/mira.toml: it must be TOML, but line 3 is not: invalid value."


def test_a_text_that_is_never_closed_is_told_by_the_last_line(tmp_path: Path) -> None:
    (tmp_path / "mira.toml").write_text('name = "mira"\nvoice = """\nYou are')

    sentence = problem(tmp_path)

    assert "line 3" in sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b'name = "\xff"', "byte 9"),
        (b"#" * (LARGEST_FILE + 1), "65537"),
        (b"a = " + b"[" * 30_000, "too deep"),
        (b"a = " + b"9" * 5_000, "too long"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "mira.toml").write_bytes(content)

    sentence = problem(tmp_path)

    assert sentence.startswith(f"{tmp_path}/mira.toml: it must ")
    assert reason in sentence


def test_a_folder_called_like_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "mira.toml").mkdir()

    sentence = problem(tmp_path)

    assert sentence == f"{tmp_path}/mira.toml: it must be a readable file, but it is not: is a directory."


def test_a_link_to_nowhere_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "mira.toml").symlink_to(tmp_path / "gone")

    sentence = problem(tmp_path)

    assert sentence.endswith("no such file or directory.")


def test_a_missing_folder_is_told_in_a_sentence(tmp_path: Path) -> None:
    sentence = problem(tmp_path / "nowhere")

    assert sentence == f"{tmp_path}/nowhere must be a folder of persona files, but there is none."


def test_of_two_files_with_one_name_the_first_stays_and_both_are_named(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", description='"The first."')
    write(tmp_path, "b.toml", description='"The second."')

    loaded = load_personas(tmp_path)

    assert [persona.description for persona in loaded.personas] == ["The first."]
    assert loaded.problems == (
        f'{tmp_path}/b.toml: "name" must be its own, but "mira" already belongs to {tmp_path}/a.toml.',
    )


def test_an_alias_that_another_answers_to_clashes_whatever_its_case(tmp_path: Path) -> None:
    write(tmp_path, "a.toml")
    write(tmp_path, "b.toml", name='"moth"', display_name='"Moth"', aliases='["Mimi", "MIRA"]')

    loaded = load_personas(tmp_path)

    assert loaded.problems == (
        f'{tmp_path}/b.toml: "aliases" must be its own, but "mira" already belongs to {tmp_path}/a.toml.',
    )


def test_a_file_that_was_refused_claims_no_name(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", name='"moth"', display_name='"Moth"')
    write(tmp_path, "b.toml", aliases='["moth", "Luna"]')
    write(tmp_path, "c.toml", name='"luna"', display_name='"Luna"')

    loaded = load_personas(tmp_path)

    assert [persona.name for persona in loaded.personas] == ["moth", "luna"]


@pytest.mark.parametrize(
    "image", [PNG, b"\xff\xd8\xff\xe0", b"GIF89a...", b"RIFF\0\0\0\0WEBPVP8 "], ids=["png", "jpeg", "gif", "webp"]
)
def test_an_avatar_may_be_any_image_that_discord_shows(tmp_path: Path, image: bytes) -> None:
    (tmp_path / "face").write_bytes(image)
    write(tmp_path, avatar='"face"')

    assert only(tmp_path).avatar_hash != ""


@pytest.mark.parametrize("image", [b"<svg/>", b"", PNG + b"\0" * LARGEST_AVATAR], ids=["svg", "empty", "huge"])
def test_an_avatar_that_is_no_image_or_too_large_is_refused(tmp_path: Path, image: bytes) -> None:
    (tmp_path / "face.png").write_bytes(image)
    write(tmp_path, avatar='"face.png"')

    assert '"avatar" must ' in problem(tmp_path)


def test_a_link_that_leads_out_of_the_folder_is_no_avatar(tmp_path: Path) -> None:
    folder = tmp_path / "personas"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder / "face.png").symlink_to(tmp_path / "secret.png")
    write(folder, avatar='"face.png"')

    assert "leads out of it" in problem(folder)


def test_the_hash_changes_when_only_the_avatar_does(tmp_path: Path) -> None:
    (tmp_path / "face.png").write_bytes(PNG)
    write(tmp_path, avatar='"face.png"')
    before = only(tmp_path).content_hash

    (tmp_path / "face.png").write_bytes(PNG + b"\1")

    assert only(tmp_path).content_hash != before


@pytest.mark.parametrize("key", ["voice", "greeting", "description", "owner"])
def test_the_hash_changes_with_every_text(tmp_path: Path, key: str) -> None:
    write(tmp_path)
    before = only(tmp_path).content_hash

    write(tmp_path, **{key: '"Something else."'})

    assert only(tmp_path).content_hash != before


def test_the_hash_changes_with_the_lorebook(tmp_path: Path) -> None:
    write(tmp_path)
    hashes = {only(tmp_path).content_hash}

    for content in ("one", "two"):
        write(tmp_path, lore=f'[{{title = "t", content = "{content}", always_on = true}}]')
        hashes.add(only(tmp_path).content_hash)

    assert len(hashes) == 3


def test_a_file_without_lore_keeps_the_hash_it_had_before_there_was_any(tmp_path: Path) -> None:
    write(tmp_path)

    assert only(tmp_path).content_hash == "7274f3a2dfb1554c0a0733ee72566f0a275be39a44ad628331b844018daeaf67"


def test_the_hash_ignores_the_order_of_keys_and_the_name_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path)
    before = only(tmp_path).content_hash
    lines = path.read_text().splitlines()

    path.unlink()
    (tmp_path / "other.toml").write_text("\n".join(reversed(lines)))

    assert only(tmp_path).content_hash == before


# the personas that come with the bot


def test_the_built_in_personas_are_sound() -> None:
    loaded = load_personas(BUILT_IN)

    assert loaded.problems == ()
    assert [persona.name for persona in loaded.personas] == ["ada", "bombazine", "halvard", "odile", "paloma"]


def test_every_built_in_persona_makes_plain_that_it_is_an_ai() -> None:
    personas = load_personas(BUILT_IN).personas

    for persona in personas:
        assert re.search(r"\bAI\b|artificial intelligence", persona.greeting), persona.name
        assert re.search(r"\bAI\b", persona.description), persona.name
        assert "AI" in persona.voice, persona.name


def test_every_built_in_persona_is_whole() -> None:
    personas = load_personas(BUILT_IN).personas

    for persona in personas:
        assert persona.limits, persona.name
        assert persona.traits, persona.name
        assert 2 <= len(persona.examples) <= 3, persona.name
        assert persona.avatar_hash, persona.name


def test_the_avatars_are_small_squares() -> None:
    for persona in load_personas(BUILT_IN).personas:
        path = BUILT_IN / persona.avatar

        with Image.open(path) as image:
            assert (image.format, image.size) == ("PNG", (256, 256))
        assert path.stat().st_size < 60_000


def test_the_avatars_are_what_the_script_draws(tmp_path: Path) -> None:
    shutil.copy(BUILT_IN / "avatars" / "draw.py", tmp_path)

    runpy.run_path(str(tmp_path / "draw.py"), run_name="__main__")

    for drawn in tmp_path.glob("*.png"):
        with Image.open(drawn) as new, Image.open(BUILT_IN / "avatars" / drawn.name) as kept:
            assert new.tobytes() == kept.tobytes(), drawn.name
