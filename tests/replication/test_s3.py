"""The same promises on a real S3, and what only S3 can refuse."""

from __future__ import annotations

import pytest

from bot.replication.target import ReplicaTrouble
from tests.console.running import piped
from tests.replication.bucket import READING
from tests.replication.copies import Place, note, notes

pytestmark = pytest.mark.xdist_group("s3")


@pytest.fixture
def bucket(bucket: Place) -> Place:
    """With nothing yet: neither a database nor a copy."""
    bucket.database.unlink()
    return bucket


async def filled(place: Place) -> None:
    kept = await place.open()
    await kept.database.write(note, 30)
    await place.until_copied(30)
    await kept.close()


def lose(place: Place) -> None:
    for file in place.folder.glob("troupe.db*"):
        file.unlink()


async def test_a_lost_database_comes_back(bucket: Place) -> None:
    await filled(bucket)
    lose(bucket)

    kept = await bucket.open()

    await kept.close()
    assert notes(bucket.database) == 30


async def test_a_wrong_key_stops_and_changes_nothing(bucket: Place) -> None:
    await filled(bucket)
    lose(bucket)
    bucket.keys["LITESTREAM_SECRET_ACCESS_KEY"] = "not-the-one"

    with pytest.raises(ReplicaTrouble, match="check REPLICA_URL and its keys") as stopped:
        await bucket.open()

    assert "not-the-one" not in str(stopped.value)
    assert not bucket.database.exists()


async def test_a_bucket_that_may_only_be_read_stops_and_changes_nothing(bucket: Place) -> None:
    await filled(bucket)
    before = bucket.database.read_bytes()
    bucket.keys = dict(READING)

    with pytest.raises(ReplicaTrouble, match=r"can't be written to: AccessDenied.* Nothing was changed; check REPLICA"):
        await bucket.open()

    assert bucket.database.read_bytes() == before
    assert await bucket.copied() == 30


async def test_an_order_that_s3_refuses_says_why_in_few_words(bucket: Place) -> None:
    await filled(bucket)
    piped(bucket.folder, "hello\n", DATABASE_URL=bucket.environment["DATABASE_URL"])
    bucket.keys = dict(READING)

    ran = piped(bucket.folder, "", "backup", "now", **bucket.environment)

    assert ran.stderr.endswith("failed: AccessDenied: Access Denied; check REPLICA_URL and its keys.\n")


async def test_a_bucket_that_is_not_there_stops_and_changes_nothing(bucket: Place) -> None:
    bucket.url = bucket.url.replace("s3://troupe/", "s3://nobody/")

    with pytest.raises(ReplicaTrouble, match="NoSuchBucket"):
        await bucket.open()

    assert not bucket.database.exists()


def test_a_certificate_bundle_in_the_environment_does_no_harm(bucket: Place) -> None:
    ran = piped(bucket.folder, "/status\n", **bucket.environment, AWS_CA_BUNDLE="/nowhere/bundle.pem")
    lose(bucket)

    again = piped(bucket.folder, "hello\n", **bucket.environment, AWS_CA_BUNDLE="/nowhere/bundle.pem")

    assert (ran.returncode, again.returncode) == (0, 0), ran.stderr + again.stderr
    assert "database_restored" in again.stderr


def test_neither_keys_nor_the_query_are_printed(bucket: Place) -> None:
    ran = piped(bucket.folder, "/status\n", **bucket.environment, LOG_LEVEL="DEBUG")

    said = ran.stdout + ran.stderr
    assert "copied as it changes to s3://troupe/" in ran.stdout
    assert "hidden-from-all" not in said and "forcePathStyle" not in said
