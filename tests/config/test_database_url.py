"""Where everything is kept and copied, and that no password or query of it is ever shown."""

from __future__ import annotations

import pytest

from config.static import SettingsWrong, Static, read_settings


def given(url: str) -> Static:
    return read_settings({"DATABASE_URL": url})


def test_a_file_is_named_by_its_path() -> None:
    settings = given("sqlite:///there/troupe.db")

    assert (settings.database_name, str(settings.local_folder)) == ("there/troupe.db", "there")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://bob:hunter2@there:5433/troupe?sslmode=require", "postgresql://there:5433/troupe"),
        ("postgres://there/troupe", "postgresql://there/troupe"),
        ("postgresql://bob@/troupe?host=/run/pg&password=hunter2", "postgresql:///run/pg/troupe"),
    ],
)
def test_a_server_is_named_without_who_we_are_there(url: str, name: str) -> None:
    settings = given(url)

    assert settings.database_name == name
    assert settings.database_path is None
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    ["sqlite:///", "mysql://bob:hunter2@there/x", "postgresql://bob:sec/ret@there:x/y", "mysql://x?password=hunter2"],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsWrong, match="DATABASE_URL must look like") as said:
        given(url)

    assert "sec" not in str(said.value)


def test_logs_may_say_where_the_copy_is_unless_its_address_holds_a_login_or_a_query() -> None:
    plain, query = "file:///backups/troupe", "s3://bucket/troupe?secret=hunter2"

    assert read_settings({"REPLICA_URL": plain}).secrets == [""]
    assert query in read_settings({"REPLICA_URL": query}).secrets
