"""Personas as people write them: one TOML file each, checked so that every mistake can be told in a sentence."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from config import lore

LARGEST_FILE = 64 * 1024
LARGEST_AVATAR = 256 * 1024
_KEPT = 64  # texts that one process does not take apart again
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Status = Literal["active", "coming_soon", "discontinued"]


@dataclass(frozen=True, slots=True)
class Example:
    """What a person might say and how the persona would answer."""

    person: str
    persona: str


@dataclass(frozen=True, slots=True)
class LoreEntry:
    """Something that holds in the persona's world, told when one of its keys is said, or always."""

    title: str
    keys: tuple[str, ...]
    content: str
    always_on: bool
    priority: int


@dataclass(frozen=True, slots=True)
class PersonaFile:
    """A persona as written; `avatar` is a URL or a path in the folder, `avatar_hash` the SHA-256 of that file."""

    name: str
    display_name: str
    aliases: tuple[str, ...]
    description: str
    voice: str
    limits: tuple[str, ...]
    greeting: str
    starters: tuple[str, ...]
    traits: tuple[str, ...]
    avatar: str
    avatar_hash: str
    nsfw: bool
    status: Status
    banned: str
    language: str
    owner: str
    temperature: float | None
    examples: tuple[Example, ...]
    lore: tuple[LoreEntry, ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 in hex of all that makes a version and of the avatar's bytes, whatever the file's order and name.

        A file without lore has the hash that it had before there was any.
        """
        return _content_hash(self)

    @property
    def called(self) -> frozenset[str]:
        """Everything the persona answers to, casefolded."""
        return frozenset(word.casefold() for word in (self.name, self.display_name, *self.aliases))


@lru_cache(_KEPT)
def _content_hash(persona: PersonaFile) -> str:
    versioned = {key: value for key, value in asdict(persona).items() if key != "banned" and (key != "lore" or value)}
    content = json.dumps(versioned, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PersonaFolder:
    """The personas that can be used, by file name, and a sentence for everything that must be mended."""

    personas: tuple[PersonaFile, ...]
    problems: tuple[str, ...]


def load_personas(folder: Path) -> PersonaFolder:
    """Reads every `*.toml` there; a bad file costs only itself, and of two rivals the first by file name stays."""
    if not folder.is_dir():
        return PersonaFolder((), (f"{folder.as_posix()} must be a folder of persona files, but there is none.",))
    personas: list[PersonaFile] = []
    problems: list[str] = []
    owners: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            persona = _load(path)
            _claim(owners, persona, path.as_posix())
        except _Unfit as unfit:
            problems += [f"{path.as_posix()}: {problem}." for problem in unfit.problems]
        else:
            personas.append(persona)
    return PersonaFolder(tuple(personas), tuple(problems))


def mistakes(table: Mapping[str, object]) -> tuple[str, ...]:
    """What is wrong with a persona written elsewhere, as clauses without their full stop; empty when it is fit."""
    try:
        _Written.model_validate(dict(table))
    except ValidationError as error:
        return tuple(_problems(error, table))
    return ()


class _Unfit(Exception):
    """A file that is no persona, with the ends of the sentences that say why."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems


def _claim(owners: dict[str, str], persona: PersonaFile, path: str) -> None:
    taken = [key for key in ("name", "display_name", "aliases") for word in _words(persona, key) if word in owners]
    if taken:
        word = next(word for word in _words(persona, taken[0]) if word in owners)
        raise _Unfit(f'"{taken[0]}" must be its own, but "{word}" already belongs to {owners[word]}')
    owners.update(dict.fromkeys(persona.called, path))


def _words(persona: PersonaFile, key: str) -> list[str]:
    words = {"name": (persona.name,), "display_name": (persona.display_name,), "aliases": persona.aliases}[key]
    return [word.casefold() for word in words]


def _load(path: Path) -> PersonaFile:
    written = _understood(_read(path))
    return _persona(written, _hash_avatar(path.parent, written.avatar))


def _read(path: Path) -> str:
    try:
        if (size := path.stat().st_size) > LARGEST_FILE:
            raise _Unfit(f"it must be at most {LARGEST_FILE} bytes, but it has {size}")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unfit(f"it must be UTF-8 text, but byte {error.start + 1} is not") from error
    except OSError as error:
        raise _Unfit(f"it must be a readable file, but it is not: {(error.strerror or 'unknown').lower()}") from error
    if not text.strip():
        raise _Unfit("it must describe a persona, but it is empty")
    return text


def _parse(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, line = _where(str(error), text)
        raise _Unfit(f"it must be TOML, but line {line} is not: {reason}") from error
    except (ValueError, RecursionError) as error:
        raise _Unfit("it must be TOML that can be read, but it has a number too long or lists too deep") from error


def _where(message: str, text: str) -> tuple[str, int]:
    found = re.search(r" \(at line (\d+), column \d+\)$", message)
    reason = re.sub(r" \(at [^()]*\)$", "", message)
    return reason[:1].lower() + reason[1:], int(found[1]) if found else len(text.splitlines())


def _hash_avatar(folder: Path, avatar: str) -> str:
    if not avatar or avatar.startswith("https://"):
        return ""
    image = _read_avatar(folder, avatar)
    if not _is_image(image):
        raise _Unfit(f'"avatar" must be a PNG, JPEG, GIF or WebP image, but "{avatar}" is none')
    return hashlib.sha256(image).hexdigest()


def _read_avatar(folder: Path, avatar: str) -> bytes:
    path = (folder / avatar).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise _Unfit(f'"avatar" must be a file within the folder, but "{avatar}" leads out of it')
    try:
        if (size := path.stat().st_size) > LARGEST_AVATAR:
            raise _Unfit(f'"avatar" must have at most {LARGEST_AVATAR} bytes, but "{avatar}" has {size}')
        return path.read_bytes()
    except OSError as error:
        raise _Unfit(f'"avatar" must be a readable file, but "{avatar}" is not there or not readable') from error


def _is_image(image: bytes) -> bool:
    webp = image[:4] == b"RIFF" and image[8:12] == b"WEBP"
    return webp or image.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"))


# the edge: what may stand in a file


def _clean(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("more than a line")
    return text


def _webhook_name(text: str) -> str:
    """Discord refuses these names for webhooks; a line break or a fence would break what is built from it."""
    lowered = text.casefold()
    if "clyde" in lowered or "discord" in lowered or lowered in {"everyone", "here"} or "```" in text:
        raise ValueError("refused by Discord")
    return text


def _https_or_relative(text: str) -> str:
    if not text.startswith("https://") and ("://" in text or text.startswith(("/", "\\"))):
        raise ValueError("neither a URL nor a path")
    return text


_Text = Annotated[str, Field(min_length=1), AfterValidator(_clean)]
_Line = Annotated[_Text, AfterValidator(_one_line)]
_Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{1,31}$")]
_Name = Annotated[_Line, Field(max_length=80), AfterValidator(_webhook_name)]
_Alias = Annotated[_Line, Field(min_length=2, max_length=32)]
_Sentence = Annotated[_Line, Field(max_length=300)]
_Label = Annotated[_Line, Field(max_length=80)]
_Trait = Annotated[_Line, Field(max_length=40)]
_Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
_Avatar = Annotated[_Line, Field(max_length=2000), AfterValidator(_https_or_relative)]
_Word = Annotated[_Line, Field(max_length=lore.LONGEST_WORD, pattern="^[^,]*$")]
_Turn = Annotated[_Text, Field(max_length=1500)]


class _Dialogue(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    person: _Turn
    persona: _Turn


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    title: Annotated[_Line, Field(max_length=lore.LONGEST_TITLE)]
    keys: Annotated[list[_Word], Field(max_length=lore.MOST_WORDS)] = []
    content: Annotated[_Text, Field(max_length=lore.LONGEST_TEXT)]
    always_on: bool = False
    priority: Annotated[int, Field(ge=0, le=lore.HIGHEST_PRIORITY)] = lore.USUAL_PRIORITY

    @model_validator(mode="after")
    def _comes_up(self) -> "_Entry":
        if not self.keys and not self.always_on:
            raise ValueError("nothing brings it up")
        return self


def _titles_differ(entries: list[_Entry]) -> list[_Entry]:
    if len({entry.title for entry in entries}) < len(entries):
        raise ValueError("two of one title")
    return entries


_Book = Annotated[list[_Entry], Field(max_length=lore.MOST_ENTRIES), AfterValidator(_titles_differ)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    name: _Slug
    display_name: _Name
    aliases: Annotated[list[_Alias], Field(max_length=16)] = []
    description: Annotated[_Line, Field(max_length=200)]
    voice: Annotated[_Text, Field(max_length=8000)]
    limits: Annotated[list[_Sentence], Field(max_length=20)] = []
    greeting: Annotated[_Text, Field(max_length=1500)]
    starters: Annotated[list[_Label], Field(min_length=1, max_length=5)]
    traits: Annotated[list[_Trait], Field(max_length=16)] = []
    avatar: _Avatar | Literal[""] = ""
    nsfw: bool = False
    status: Status = "active"
    banned: Annotated[_Line, Field(max_length=200)] | Literal[""] = ""
    language: _Language = "en"
    owner: Annotated[_Line, Field(max_length=100)] | Literal[""] = ""
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    examples: Annotated[list[_Dialogue], Field(max_length=8)] = []
    lore: _Book = []


_EXPECTED: Mapping[str, str] = {
    "name": 'must be 2 to 32 small letters, digits, "-" or "_" that begin with a letter or digit',
    "display_name": 'must be 1 to 80 characters, not "everyone" or "here", without "clyde", "discord" or a code fence',
    "aliases": "must be a list of at most 16 names of 2 to 32 characters",
    "description": "must be one line of 1 to 200 characters",
    "voice": "must be a text of 1 to 8000 characters",
    "limits": "must be a list of at most 20 sentences of up to 300 characters",
    "greeting": "must be a text of 1 to 1500 characters",
    "starters": "must be a list of 1 to 5 short texts of up to 80 characters",
    "traits": "must be a list of at most 16 words or phrases of up to 40 characters",
    "avatar": "must be an https URL or the path of an image within the folder",
    "nsfw": "must be true or false",
    "status": 'must be "active", "coming_soon" or "discontinued"',
    "banned": "must be the reason of a ban in one line of up to 200 characters",
    "language": 'must be a language code such as "en" or "pt-BR"',
    "owner": "must be one line of up to 100 characters",
    "temperature": "must be a number from 0 to 2",
    "examples": "must be a list of at most 8 tables with a text each for person and persona",
    "lore": f"must be a list of at most {lore.MOST_ENTRIES} tables, each with a title of its own and a content",
}
_EXPECTED_OF_LORE: Mapping[str, str] = {
    "title": f"must be one line of 1 to {lore.LONGEST_TITLE} characters",
    "keys": f"must be a list of at most {lore.MOST_WORDS} words or phrases of up to {lore.LONGEST_WORD} characters "
    "without commas, and of at least one where always_on is not true",
    "content": f"must be a text of 1 to {lore.LONGEST_TEXT} characters",
    "always_on": "must be true or false",
    "priority": f"must be a whole number from 0 to {lore.HIGHEST_PRIORITY}",
}


@lru_cache(_KEPT)
def _understood(text: str) -> _Written:
    """What a text says; kept for whoever opens more than one house, since to take it apart takes longest of a start."""
    table = _parse(text)
    try:
        return _Written.model_validate(table)
    except ValidationError as error:
        raise _Unfit(*_problems(error, table)) from error


def _persona(written: _Written, avatar_hash: str) -> PersonaFile:
    return PersonaFile(
        name=written.name,
        display_name=written.display_name,
        aliases=tuple(written.aliases),
        description=written.description,
        voice=written.voice,
        limits=tuple(written.limits),
        greeting=written.greeting,
        starters=tuple(written.starters),
        traits=tuple(written.traits),
        avatar=written.avatar,
        avatar_hash=avatar_hash,
        nsfw=written.nsfw,
        status=written.status,
        banned=written.banned,
        language=written.language,
        owner=written.owner,
        temperature=written.temperature,
        examples=tuple(Example(turn.person, turn.persona) for turn in written.examples),
        lore=tuple(
            LoreEntry(entry.title, tuple(entry.keys), entry.content, entry.always_on, entry.priority)
            for entry in written.lore
        ),
    )


def _problems(error: ValidationError, table: Mapping[str, object]) -> list[str]:
    """One for each key, in the order of the model, however many entries of it are wrong."""
    first: dict[str, tuple[int | str, ...]] = {}
    for wrong in error.errors():
        first.setdefault(str(wrong["loc"][0]), wrong["loc"][1:])
    return [_problem(key, within, table) for key, within in first.items()]


def _problem(
    key: str, within: tuple[int | str, ...], table: Mapping[str, object], expected: Mapping[str, str] = _EXPECTED
) -> str:
    quoted = json.dumps(key, ensure_ascii=False)
    if key not in expected:
        near = get_close_matches(key, expected, n=1)
        return f"{quoted} must be a known key, but it is not" + (f'; perhaps "{near[0]}" was meant' if near else "")
    if key not in table:
        return f"{quoted} {expected[key]}, but it is missing"
    value = table[key]
    if isinstance(value, list) and within and isinstance(within[0], int):
        entry = value[within[0]]
        if key == "lore" and isinstance(entry, dict):
            return f'"lore", entry {within[0] + 1}: {_problem_of_lore(within[1:], entry)}'
        return f"{quoted} {expected[key]}, but entry {within[0] + 1} is {_found(entry)}"
    return f"{quoted} {expected[key]}, but it is {_found(value)}"


def _problem_of_lore(within: tuple[int | str, ...], entry: Mapping[str, object]) -> str:
    """An entry that is wrong as a whole is one that nothing brings up."""
    return _problem(str(within[0]) if within else "keys", within[1:], entry, _EXPECTED_OF_LORE)


def _found(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str() if not value.strip():
            return "blank"
        case str():
            return json.dumps(value, ensure_ascii=False) if len(value) <= 40 else f"a text of {len(value)} characters"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"a table of {', '.join(value) or 'nothing'}"
        case _:
            return f"the {type(value).__name__} {value}"
