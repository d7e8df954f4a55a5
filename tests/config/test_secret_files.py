"""A secret may stand in a file; nothing of such a file is ever said."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.static import SettingsWrong, read_settings, secret_names

FITTING = {
    "DATABASE_URL": "postgresql://bob:hunter2@there/troupe",
    "REPLICA_URL": "s3://bucket/hunter2",
    "TROUPE_MASTER_KEYS": "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnQ=",
}


def value_of(name: str, environ: dict[str, str]) -> str:
    settings = read_settings(environ)
    [field] = [field for field, about in type(settings).model_fields.items() if about.alias == name]
    return str(getattr(settings, field).get_secret_value())


def refused(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(SettingsWrong) as wrong:
        read_settings(environ, env_file)
    return wrong.value.sentences


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secret"


@pytest.mark.parametrize("name", secret_names())
def test_every_secret_may_stand_in_a_file_without_the_space_around_it(name: str, file: Path) -> None:
    secret = FITTING.get(name, "hunter2")
    file.write_text(f"\n  {secret}\r\n")

    assert value_of(name, {f"{name}_FILE": str(file)}) == secret


def test_a_file_may_be_named_in_the_env_file(tmp_path: Path, file: Path) -> None:
    file.write_text("hunter2")
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN_FILE={file}\n")

    assert read_settings({}, tmp_path / ".env").discord_token.get_secret_value() == "hunter2"


def test_an_empty_name_of_a_file_is_none(file: Path) -> None:
    assert value_of("DISCORD_TOKEN", {"DISCORD_TOKEN_FILE": "", "DISCORD_TOKEN": "hunter2"}) == "hunter2"


@pytest.mark.parametrize("name", secret_names())
def test_a_secret_given_twice_is_refused_without_either(name: str, file: Path) -> None:
    file.write_text("hunter2")

    sentences = refused({f"{name}_FILE": str(file), name: FITTING.get(name, "hunter3")})

    assert sentences == [f"{name} and {name}_FILE are both set; take one of them away."]


def test_a_secret_given_in_both_the_environment_and_the_env_file_is_refused(tmp_path: Path, file: Path) -> None:
    file.write_text("hunter2")
    (tmp_path / ".env").write_text("DISCORD_TOKEN=hunter3\n")

    sentences = refused({"DISCORD_TOKEN_FILE": str(file)}, tmp_path / ".env")

    assert sentences == ["DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set; take one of them away."]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "can't be read (No such file or directory)"),
        (b"  \n", "is empty"),
        (b"hunter2\nhunter3\n", "holds more than one line of text"),
        (b"hunter2\xff", "can't be read (not text)"),
    ],
)
def test_a_file_that_holds_no_secret_is_named_without_its_content(content: bytes | None, why: str, file: Path) -> None:
    if content is not None:
        file.write_bytes(content)

    sentences = refused({"OPENAI_API_KEY_FILE": str(file)})

    assert sentences == [f"OPENAI_API_KEY_FILE names {file}, which {why}; put the secret there, on one line."]


def test_a_folder_and_a_file_without_end_are_refused(tmp_path: Path) -> None:
    sentences = refused({"DISCORD_TOKEN_FILE": str(tmp_path), "OPENAI_API_KEY_FILE": "/dev/zero"})

    assert len(sentences) == 2


@pytest.mark.parametrize("name", ["DATABASE_URL", "REPLICA_URL"])
def test_what_stands_in_a_file_and_cannot_be_used_is_not_said(name: str, file: Path) -> None:
    file.write_text("hunter2")

    sentences = refused({f"{name}_FILE": str(file)})

    assert len(sentences) == 1 and sentences[0].startswith(f"{name} must look like")
    assert "hunter2" not in sentences[0]
