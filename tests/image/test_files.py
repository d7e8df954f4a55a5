"""The files that make an image and run it: linted, and true to the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.static import SettingsWrong, Static, read_settings
from tests.nursery import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
OURS = {str(field.alias) for field in Static.model_fields.values()}


def compose(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return found


def environment(name: str) -> dict[str, str]:
    """The bot's environment of a compose file, with every value that has to be given."""
    given = compose(name)["services"]["troupe"]["environment"]
    return {key: re.sub(r"\$\{\w+:\?[^}]*\}", "given", value) for key, value in given.items()}


def image_environment() -> dict[str, str]:
    """What the image itself sets."""
    [block] = re.findall(r"^ENV (.*?[^\\])$", DOCKERFILE, re.M | re.S)
    return dict(pair.split("=", 1) for pair in block.replace("\\\n", " ").split())


def test_the_dockerfile_has_nothing_a_linter_finds() -> None:
    ran = subprocess.run(
        [Path(sys.executable).parent / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_dockerfile_installs_by_the_script_that_is_tested() -> None:
    ran = re.findall(r"^RUN (.*)$", DOCKERFILE, re.M)

    assert ran[:2] == [".ci/image needs /opt/troupe", ".ci/image code /opt/troupe"]
    assert len(ran) == 3 and "useradd" in ran[2]


def test_the_image_runs_as_a_plain_user_that_is_told_to_end_by_sigterm() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.M) == ["10001:10001"]
    assert re.findall(r"^STOPSIGNAL (.*)$", DOCKERFILE, re.M) == ["SIGTERM"]
    assert '"python", "-m", "bot", "health"' in DOCKERFILE


def test_the_image_can_be_asked_for_its_health_and_keeps_its_data_in_the_volume() -> None:
    settings = read_settings({name: value for name, value in image_environment().items() if name in OURS})

    assert settings.health_port and str(settings.database_path) == "/data/troupe.db"
    assert re.findall(r"^VOLUME (.*)$", DOCKERFILE, re.M) == ["/data"]


def test_the_image_holds_whatever_the_script_takes_and_no_secret() -> None:
    taken = set(re.search(r"for part in (.*); do", (ROOT / ".ci/image").read_text("utf-8"))[1].split())  # type: ignore[index]
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}

    assert let_in == taken | {".ci/image", "pyproject.toml", "constraints.txt"}
    assert "\n*\n" in (ROOT / ".dockerignore").read_text("utf-8")


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_every_setting_a_compose_file_names_exists_and_is_taken(name: str) -> None:
    given = environment(name)

    settings = read_settings(given)

    assert given.keys() <= OURS
    assert (settings.database_path is None) is ("postgres" in name)


def test_what_compose_itself_reads_may_stand_in_the_file_of_settings(tmp_path: Path) -> None:
    asked = {name for file in ROOT.glob("compose*.yaml") for name in re.findall(r"\$\{(\w+)", file.read_text("utf-8"))}
    (tmp_path / ".env").write_text("".join(f"{name}=given\n" for name in [*asked, "COMPOSE_FILE"]), "utf-8")

    read_settings({}, tmp_path / ".env")

    assert asked
    (tmp_path / ".env").write_text("POSTGRES_PASSWROD=given\n", "utf-8")
    with pytest.raises(SettingsWrong, match="did you mean POSTGRES_PASSWORD"):
        read_settings({}, tmp_path / ".env")


def test_the_bot_of_the_compose_file_may_write_to_its_volume_only() -> None:
    bot = compose("compose.yaml")["services"]["troupe"]

    assert bot["read_only"] is True and bot["volumes"] == ["data:/data"] and bot["tmpfs"] == ["/tmp"]
    assert bot["cap_drop"] == ["ALL"] and bot["security_opt"] == ["no-new-privileges:true"]


def test_every_volume_and_every_neighbour_a_compose_file_names_is_there() -> None:
    alone, both = compose("compose.yaml"), compose("compose.postgres.yaml")
    services = alone["services"].keys() | both["services"].keys()
    volumes = alone["volumes"].keys() | both["volumes"].keys()

    mounted = {
        one.split(":")[0] for file in (alone, both) for s in file["services"].values() for one in s.get("volumes", [])
    }
    needed = {one for s in both["services"].values() for one in s.get("depends_on", {})}

    assert mounted == volumes and needed <= services


def test_the_bot_has_longer_to_stop_than_it_takes() -> None:
    grace = compose("compose.yaml")["services"]["troupe"]["stop_grace_period"]

    assert int(grace.removesuffix("s")) >= 4 + 4 + 6  # replies, deliveries, the last copy
