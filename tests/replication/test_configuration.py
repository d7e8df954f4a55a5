"""litestream.yml: what Litestream would pass over in silence is an error before anything starts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.replication import binary, configuration
from bot.replication.litestream_0_5_17 import KEYS, VERSION, Keys, Kind, Many
from bot.replication.target import CONFIGURATION, ReplicaTrouble
from tests.console.running import environment
from tests.nursery import ROOT

OURS = CONFIGURATION.read_text("utf-8")
HANDED = {
    "DATABASE_PATH": "/srv/troupe.db",
    "REPLICA_URL": "s3://bucket/troupe?secret=hidden",
    "BACKUP_HOURS": "720",
    "CONTROL_SOCKET": "",
}
REPLICA = "    replica:\n"
VALUES = {
    Kind.TEXT: "text",
    Kind.DURATION: "5s",
    Kind.COUNT: "5",
    Kind.SIZE: "5MB",
    Kind.SWITCH: "true",
    Kind.TEXTS: "[text]",
}


def faults(text: str) -> list[str]:
    return configuration.faults(text, HANDED, HANDED["DATABASE_PATH"])


def under_replica(line: str) -> str:
    return OURS.replace(REPLICA, f"{REPLICA}      {line}\n")


def line_of(text: str, word: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if word in line)


def test_our_own_file_is_sound() -> None:
    assert faults(OURS) == []


def test_a_key_under_the_wrong_parent_is_named_with_its_line_and_its_place() -> None:
    text = under_replica("checkpoint-interval: 5s")

    (fault,) = faults(text)

    assert fault.startswith("line ") and "`checkpoint-interval` under dbs.replica" in fault
    assert fault.endswith("it belongs under dbs.")


@pytest.mark.parametrize("line", ["sync-intervall: 1s", "Sync-Interval: 1s", "sync_interval: 1s"])
def test_a_misspelt_key_is_named_with_the_one_that_was_meant(line: str) -> None:
    text = under_replica(line)

    (fault,) = faults(text)

    assert fault.startswith(f"line {line_of(text, line)}:")
    assert "did you mean `sync-interval`?" in fault


def test_the_list_of_replicas_of_the_older_litestream_is_an_error_with_the_new_form() -> None:
    text = (
        OURS.replace(REPLICA, "    replicas:\n").replace('url: "$', '- url: "$').replace("      sync", "        sync")
    )

    (fault,) = faults(text)

    assert "`replicas` under dbs" in fault and "write `replica:`" in fault


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("sync-interval: 1s", "sync-interval: 1", "`dbs.replica.sync-interval` must be a duration"),
        ("interval: 24h", "interval: 1d", "`snapshot.interval` must be a duration"),
        ("stderr: true", "stderr: maybe", "`logging.stderr` must be true or false"),
        ("truncate-page-n: 32768", "truncate-page-n: many", "`dbs.truncate-page-n` must be a whole number"),
        ("dbs:", "dbs: all\nx:", "`dbs` must be a list"),
        ("logging:\n  level: info\n  type: json\n  stderr: true", "logging: info", "`logging` must have keys"),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error(was: str, becomes: str, told: str) -> None:
    text = OURS.replace(was, becomes, 1)

    found = faults(text)

    assert told in found[0]


def test_a_key_that_stands_twice_is_an_error() -> None:
    found = faults(under_replica("sync-interval: 30s"))

    assert "`sync-interval` stands twice under dbs.replica" in found[0]


def test_what_is_no_yaml_is_told_with_its_line() -> None:
    text = OURS.replace("  level: info", "  level: [info")

    (fault,) = faults(text)

    assert re.match(r"line \d+: this is no YAML", fault)


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("$DATABASE_PATH", "/srv/another.db", "must copy the bot's database"),
        ('      url: "$REPLICA_URL"\n', "", "must have `replica:`"),
        ("$REPLICA_URL", "file:///srv/another", "must have `replica:`"),
        ("  enabled: true", "  enabled: false", "under socket"),
        ('  retention: "${BACKUP_HOURS}h"\n', "", "Litestream keeps one day only"),
        ("interval: 24h", "interval: 900h", "raise `retention`"),
        ("${BACKUP_HOURS}h", "48h", "TROUPE_BACKUP_DAYS says for how long"),
    ],
)
def test_what_the_bot_counts_on_must_be_there(was: str, becomes: str, told: str) -> None:
    (fault,) = faults(OURS.replace(was, becomes, 1))

    assert told in fault


def test_no_fault_repeats_a_value() -> None:
    text = under_replica("sync-interval: hidden") + '      secret-access-key: ["hidden"]\n'

    assert faults(text)
    assert not any("hidden" in fault for fault in faults(text))


def test_a_start_with_an_unknown_key_ends_with_2_and_touches_nothing(tmp_path: Path) -> None:
    tree, folder = tmp_path / "tree", tmp_path / "home"
    for name in ("bot", "storage", "config", "migrations"):
        shutil.copytree(ROOT / name, tree / name)
    (tree / "litestream.yml").write_text(under_replica("checkpoint-interval: 5s"), "utf-8")

    ran = subprocess.run(
        [sys.executable, "-m", "bot"],
        input="hello\n",
        text=True,
        capture_output=True,
        cwd=tree,
        env=environment(folder, REPLICA_URL=f"file://{tmp_path / 'replica'}"),
        timeout=60,
    )

    assert ran.returncode == 2
    assert re.match(r"litestream.yml line \d+: `checkpoint-interval` under dbs.replica", ran.stderr)
    assert not (folder / "troupe.db").exists()


# ── against the real binary ──


def every_key(keys: Keys, place: str = "") -> Iterator[tuple[str, str, Kind]]:
    for name, below in keys.items():
        if isinstance(below, Kind):
            yield place, name, below
        else:
            inner = below.keys if isinstance(below, Many) else below
            yield from every_key(inner, f"{place}.{name}".strip("."))


def accepted(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What Litestream itself says when it reads this file, on an empty database."""
    path = folder / "litestream.yml"
    path.write_text(text, "utf-8")
    return subprocess.run(
        [binary.find_binary(), "databases", "-config", path, "-no-expand-env"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        timeout=30,
    )


def at_place(place: str, line: str) -> str:
    """A file with this line at that place, and else only what Litestream asks for."""
    replica = '    replica: {url: "file:///nowhere", %s}\n' % (line if place == "dbs.replica" else "")
    entry = "dbs:\n  - path: /nowhere.db\n" + (f"    {line}\n" if place == "dbs" else "")
    if place == "dbs.snapshot":
        entry += f"    snapshot: {{{line}}}\n"
    above = {"": f"{line}\n", "levels": f"levels:\n  - {{{line}}}\n"}.get(place, "")
    if not above and not place.startswith("dbs"):
        above = f"{place}: {{{line}}}\n"
    return above + entry + replica


def test_the_binary_is_the_release_that_the_table_speaks_of() -> None:
    said = subprocess.run([binary.find_binary(), "version"], capture_output=True, text=True, timeout=30).stdout

    assert said.strip() == VERSION


def test_every_key_of_the_table_stands_in_the_binary() -> None:
    known = set(re.findall(rb'yaml:"([a-z0-9-]+)"', binary.find_binary().read_bytes()))

    missing = [name for _, name, _ in every_key(KEYS) if name.encode() not in known]

    assert not missing


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("dbs", "busy-timeout"),
        ("dbs.replica", "sync-interval"),
        ("dbs.snapshot", "retention"),
        ("snapshot", "interval"),
        ("validation", "interval"),
        ("levels", "interval"),
        ("", "l0-retention"),
        ("", "shutdown-sync-timeout"),
    ],
)
def test_the_real_litestream_reads_a_key_where_the_table_has_it(tmp_path: Path, place: str, name: str) -> None:
    good = accepted(tmp_path, at_place(place, f"{name}: 5s"))
    bad = accepted(tmp_path, at_place(place, f"{name}: nonsense"))

    assert (good.returncode, bad.returncode) == (0, 1), good.stderr + bad.stderr
    assert (place, name, Kind.DURATION) in set(every_key(KEYS))


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("dbs.replica", "checkpoint-interval"),
        ("dbs.replica", "retention"),
        ("dbs", "sync-interval"),
        ("dbs", "snapshot-interval"),
        ("", "monitor-interval"),
        ("snapshot", "sync-interval"),
    ],
)
def test_the_real_litestream_passes_over_what_we_call_unknown(tmp_path: Path, place: str, name: str) -> None:
    ignored = accepted(tmp_path, at_place(place, f"{name}: nonsense"))

    assert ignored.returncode == 0, ignored.stderr
    assert (place, name) not in {(where, key) for where, key, _ in every_key(KEYS)}


def test_the_real_litestream_takes_a_bare_number_for_a_duration_as_billionths(tmp_path: Path) -> None:
    """So a number must not pass: `sync-interval: 1` would ask S3 as fast as it can."""
    ran = accepted(tmp_path, at_place("dbs.replica", "sync-interval: 1"))

    assert ran.returncode == 0, ran.stderr


async def test_another_litestream_on_the_path_is_refused(tmp_path: Path) -> None:
    older = tmp_path / "litestream"
    older.write_text("#!/bin/sh\necho v0.3.13\n", "utf-8")
    older.chmod(0o755)

    with pytest.raises(ReplicaTrouble, match=r"is Litestream 0\.3\.13 and Troupe needs 0\.5\.17"):
        await binary.check_version(older)


async def test_a_litestream_that_hangs_is_given_up_in_a_sentence(tmp_path: Path) -> None:
    silent = tmp_path / "litestream"
    silent.write_text("#!/bin/sh\nsleep 60\n", "utf-8")
    silent.chmod(0o755)

    with pytest.raises(ReplicaTrouble, match="does not say which release it is"):
        await binary.check_version(silent, within_s=0.1)
