"""The environment, read once at start: every mistake is reported together and no secret is ever printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from config.clashes import clashes
from config.master_keys import master_keys
from config.prices import PRICES_FILE, PricesWrong, read_prices
from config.roles import PARTS, Part
from config.secret_files import file_names, opened
from config.server_url import server
from config.unknown import unknown

SQLITE = "sqlite:///"
SERVER = re.compile(r"https?://[^\s/]+\S*$|$")
HEADER = re.compile(r"[!-~]*")  # what a token or a key is made of
REPLICA = re.compile(r"file:///[^\s\"]+$|(?!file:)[a-z0-9]+://[^\s\"/]+[^\s\"]*$|$")

_PLAIN = {
    "int_parsing": "should be a whole number",
    "float_parsing": "should be a number",
    "bool_parsing": "should be true or false",
}


class SettingsWrong(Exception):
    """One sentence for each setting that can't be used."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Static(BaseSettings):
    """What must be known before the database opens, or is secret. Seconds and counts as their names say."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=False)

    discord_token: SecretStr = Field(
        SecretStr(""), alias="DISCORD_TOKEN", description="The bot's token; without it the terminal opens."
    )
    openai_api_key: SecretStr = Field(SecretStr(""), alias="OPENAI_API_KEY", description="Key of the model's server.")
    openai_base_url: str = Field("", alias="OPENAI_BASE_URL", description="Address of any OpenAI-compatible server.")
    openai_models: Annotated[tuple[str, ...], NoDecode] = Field(
        (), alias="OPENAI_MODELS", description="Models tried in order, separated by commas."
    )
    embedding_model: str = Field(
        "local",
        alias="EMBEDDING_MODEL",
        description="What finds by meaning: `local` (all-MiniLM-L6-v2), `fastembed` or `fastembed:MODEL` (an extra), "
        "a model of an embeddings server, or `none`.",
    )
    embedding_base_url: str = Field(
        "", alias="EMBEDDING_BASE_URL", description="Address of the embeddings server; without it OPENAI_BASE_URL."
    )
    embedding_api_key: SecretStr = Field(
        SecretStr(""),
        alias="EMBEDDING_API_KEY",
        description="Key of a server named by EMBEDDING_BASE_URL; without that address OPENAI_API_KEY.",
    )
    master_keys: SecretStr = Field(
        SecretStr(""),
        alias="TROUPE_MASTER_KEYS",
        description="What seals the keys that people bring with `/key set`: `openssl rand -base64 32` prints one; "
        "several, separated by commas, the newest first.",
    )
    database_url: SecretStr = Field(
        SecretStr("sqlite:///data/troupe.db"),
        alias="DATABASE_URL",
        description="Where everything is kept: `sqlite:///file`, or `postgresql://user:password@host/name`.",
    )
    replica_url: SecretStr = Field(
        SecretStr(""), alias="REPLICA_URL", description="Where Litestream copies the database: file:///… or s3://…."
    )
    litestream_access_key_id: SecretStr = Field(
        SecretStr(""), alias="LITESTREAM_ACCESS_KEY_ID", description="Key of the replica's S3."
    )
    litestream_secret_access_key: SecretStr = Field(
        SecretStr(""), alias="LITESTREAM_SECRET_ACCESS_KEY", description="Secret of that key."
    )
    backup_days: int = Field(
        30, ge=1, le=3650, alias="TROUPE_BACKUP_DAYS", description="Days of the past that the copy can be restored to."
    )
    migration_backups: int = Field(
        3,
        ge=0,
        le=1000,
        alias="TROUPE_MIGRATION_BACKUPS",
        description="Copies of the file kept from before its schema moved, in a folder beside it; 0 for none.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        alias="LOG_LEVEL",
        description="How much is logged to standard error; in the terminal WARNING unless it is set.",
    )
    health_host: str = Field(
        "127.0.0.1", alias="TROUPE_HEALTH_HOST", description="Address of `/healthz`, `/readyz` and `/metrics`."
    )
    health_port: int = Field(
        8017,
        ge=0,
        le=65_535,
        alias="TROUPE_HEALTH_PORT",
        description="Their port, 0 for none; in the terminal none unless it is set.",
    )
    personas_dir: Path = Field(
        Path("config/personas"), alias="TROUPE_PERSONAS_DIR", description="Folder of persona files."
    )
    default_persona: str = Field(
        "ada", alias="TROUPE_DEFAULT_PERSONA", description="Who answers where nobody was chosen."
    )
    prices_file: Path = Field(
        PRICES_FILE, alias="TROUPE_PRICES_FILE", description="What models cost, as `config/prices.toml` is written."
    )
    message_content: bool = Field(
        True, alias="TROUPE_MESSAGE_CONTENT", description="Ask Discord for the message content intent."
    )
    role: Literal["all", "gateway", "worker", "jobs"] = Field(
        "all",
        alias="TROUPE_ROLE",
        description="What this process does of the whole: `all`, `gateway`, `worker` or `jobs`; also `--role`.",
    )
    shard_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), alias="SHARD_IDS", description="Discord shards this process hears, separated by commas; all when not set."
    )
    shard_count: int = Field(
        0, ge=0, le=16_384, alias="SHARD_COUNT", description="How many shards there are in all; 0 asks Discord."
    )
    lease_seconds: float = Field(
        30,
        ge=2,
        le=600,
        alias="TROUPE_LEASE_SECONDS",
        description="How long another process waits before it takes over what a dead one was at.",
    )
    workers: int = Field(32, ge=1, le=512, alias="TROUPE_WORKERS", description="Replies made at once.")
    work_deadline_seconds: float = Field(
        180,
        gt=0,
        le=3600,
        alias="TROUPE_WORK_DEADLINE_SECONDS",
        description="Longest time from the first try to the end of a reply.",
    )
    work_attempts: int = Field(
        3, ge=1, le=20, alias="TROUPE_WORK_ATTEMPTS", description="Tries before a message is given up."
    )
    retry_wait_seconds: float = Field(
        10, ge=0, le=600, alias="TROUPE_RETRY_WAIT_SECONDS", description="Longest wait between two tries."
    )
    model_call_seconds: float = Field(
        50, gt=0, le=3600, alias="TROUPE_MODEL_CALL_SECONDS", description="Longest call of a model."
    )
    model_first_token_seconds: float = Field(
        30,
        gt=0,
        le=3600,
        alias="TROUPE_MODEL_FIRST_TOKEN_SECONDS",
        description="Longest wait for a model's first word.",
    )
    model_stall_seconds: float = Field(
        20,
        gt=0,
        le=3600,
        alias="TROUPE_MODEL_STALL_SECONDS",
        description="Longest silence in the middle of a reply.",
    )
    history_tokens: int = Field(
        6000,
        ge=100,
        le=2_000_000,
        alias="TROUPE_HISTORY_TOKENS",
        description="How much of the conversation a model reads.",
    )
    reply_tokens: int = Field(
        1024, ge=16, le=100_000, alias="TROUPE_REPLY_TOKENS", description="How long a reply may grow."
    )
    memory_pause_seconds: float = Field(
        120,
        ge=0,
        le=86_400,
        alias="TROUPE_MEMORY_PAUSE_SECONDS",
        description="How long a conversation pauses before it is read for memories; offline it is read at once.",
    )
    memory_turns: int = Field(
        40,
        ge=1,
        le=100_000,
        alias="TROUPE_MEMORY_TURNS",
        description="After how many messages it is read all the same.",
    )
    answer_age_seconds: float = Field(
        900,
        ge=0,
        le=604_800,
        alias="TROUPE_ANSWER_AGE_SECONDS",
        description="Older messages found after a gap are kept and not answered.",
    )

    keep_days: int = Field(
        90,
        ge=0,
        le=36_500,
        alias="TROUPE_KEEP_DAYS",
        description="How long work that is over is kept, with its deliveries and model calls; 0 for ever. "
        "What was said is not concerned.",
    )

    @field_validator("openai_models", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        parts = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        if isinstance(parts, list) and not all(part.isdigit() for part in parts):
            raise ValueError("must be numbers separated by commas, such as 0,1")
        return parts

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("openai_base_url", "embedding_base_url")
    @classmethod
    def _server(cls, value: str) -> str:
        if not SERVER.match(value):
            raise ValueError("must look like https://host/v1")
        return value

    @field_validator("discord_token", "openai_api_key", "embedding_api_key")
    @classmethod
    def _sent_in_headers(cls, value: SecretStr) -> SecretStr:
        held = value.get_secret_value().strip()
        if not HEADER.fullmatch(held):
            raise ValueError("holds a space, a line end or a sign such as “ that can't belong to it; copy it anew")
        return SecretStr(held)

    @field_validator("replica_url")
    @classmethod
    def _replica(cls, value: SecretStr) -> SecretStr:
        if not REPLICA.match(value.get_secret_value()):
            raise ValueError("must look like file:///backups/troupe or s3://bucket/prefix?endpoint=…&region=…")
        return value

    @field_validator("master_keys")
    @classmethod
    def _master_keys(cls, value: SecretStr) -> SecretStr:
        master_keys(value.get_secret_value())
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if not (url.startswith(SQLITE) and url != SQLITE) and not server(url):
            raise ValueError("must look like sqlite:///data/troupe.db or postgresql://user:password@host/name")
        if url.startswith(f"{SQLITE}:"):
            raise ValueError("must name a file, for what is kept in memory is gone at the end")
        return value

    @field_validator("prices_file")
    @classmethod
    def _prices(cls, value: Path) -> Path:
        try:
            read_prices(value)
        except PricesWrong as wrong:
            raise ValueError(str(wrong)) from None
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what read_settings hands over counts, so that a test never reads its machine."""
        return (init_settings,)

    @property
    def part(self) -> Part:
        """What this process does."""
        return PARTS[self.role]

    @property
    def database_path(self) -> Path | None:
        """The SQLite file, or None where a server keeps everything."""
        url = self.database_url.get_secret_value()
        return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None

    @property
    def secrets(self) -> list[str]:
        """Everything that may be written nowhere: what a person gave as a secret, and a server's password.

        The address of the copy is one only where it holds a login or a query; else logs may say where the copy is.
        """
        values = {name: getattr(self, name) for name in self.model_fields_set}
        given = {name: value.get_secret_value() for name, value in values.items() if isinstance(value, SecretStr)}
        if not re.search("[?@]", given.get("replica_url", "")):
            given.pop("replica_url", None)
        each = [part.strip() for part in given.get("master_keys", "").split(",") if part]
        return [*given.values(), *each, server(self.database_url.get_secret_value()).get("password", "")]

    @property
    def database_name(self) -> str:
        """The database as people may read it: without user, password or options."""
        known = server(self.database_url.get_secret_value())
        port = f":{known['port']}" if known.get("port") else ""
        place = f"postgresql://{known.get('host', '')}{port}/{known.get('dbname', '')}"
        return place if self.database_path is None else str(self.database_path)

    @property
    def local_folder(self) -> Path:
        """Where small files of this machine stand: beside the database, or where it would be."""
        return (self.database_path or Path("data/troupe.db")).parent


def read_settings(environ: Mapping[str, str], env_file: Path | None = None) -> Static:
    """Read the environment laid over an optional file; raises SettingsWrong with every mistake at once."""
    known = {str(field.alias) for field in Static.model_fields.values()}
    names = known | file_names(secret_names())
    from_file = _file(env_file)
    sentences = unknown(from_file, environ, names, str(env_file))
    given = {name: value for name, value in {**from_file, **environ}.items() if name in names and value != ""}
    in_files, wrong = opened(given, secret_names())
    values = {name: value for name, value in given.items() if name in known}
    try:
        settings = Static(**values, **in_files)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsWrong(sentences + wrong + [_sentence(detail, values) for detail in error.errors()]) from None
    sentences += wrong + clashes(settings)
    if sentences:
        raise SettingsWrong(sentences)
    return settings


def secret_names() -> list[str]:
    """The settings that may stand in a file of their own."""
    return [str(field.alias) for field in Static.model_fields.values() if isinstance(field.default, SecretStr)]


def _file(path: Path | None) -> dict[str, str]:
    if path is None or not path.exists():
        return {}
    try:
        return {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsWrong([f"{path} can't be read ({error}); mend it or take it away."]) from error


def _sentence(detail: Mapping[str, object], given: Mapping[str, object]) -> str:
    location = detail.get("loc", ())
    name = str(location[0]) if isinstance(location, tuple) and location else "a setting"
    secret = name not in given or (name in secret_names() and name != "DATABASE_URL")
    secret = secret or re.search("@|password", str(given.get(name))) is not None
    reason = _PLAIN.get(str(detail["type"])) or str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return f"{name} {reason}" + ("." if secret else f", but it is {str(given.get(name))!r}.")
