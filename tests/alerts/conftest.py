"""A town: a whole bot without a platform."""

from tests.settings.conftest import town
from tests.storage.conftest import database, engine

__all__ = ["database", "engine", "town"]
