"""What can go wrong below the subjects; each message says what to do next."""

from __future__ import annotations


class StorageError(Exception):
    """The database could not do what was asked; nothing of the transaction was kept."""


class DatabaseBusy(StorageError):
    """Another program holds the database longer than the busy timeout."""


class DatabaseFull(StorageError):
    """The disk has no room left."""


class DatabaseReadOnly(StorageError):
    """The file or its folder may not be written."""


class DatabaseCorrupt(StorageError):
    """The file is damaged or is not a database."""


class DatabaseTaken(StorageError):
    """Another Troupe is running on this file."""


class DatabaseTooNew(StorageError):
    """The schema was made by a later release."""


class MigrationBroken(StorageError):
    """A migration's file changed after it ran, is missing, or failed its checks."""


class MoveRefused(StorageError):
    """Everything can't be moved from that database to this one as they are."""


class MoveUnfinished(StorageError):
    """Only a part of everything has been moved into this database."""


class ConstraintBroken(StorageError):
    """A row would break a rule of the schema."""


class DatabaseUnreachable(StorageError):
    """The database server can't be reached, or refuses us."""


class CommitInDoubt(StorageError):
    """The server was lost during the commit: unlike after any other error, the transaction may have been kept."""


class DriverMissing(StorageError):
    """No SQLite driver here is new enough and can load extensions."""
