"""``python -m bot keys rotate``: seals every key that was brought under the newest master key."""

from __future__ import annotations

import argparse

from bot.keys.seal import CannotOpen, MasterKeys
from bot.refusals import CannotStart
from config.master_keys import master_keys
from config.static import Static
from storage import provider_keys
from storage.database import Database
from storage.opening import open_url

_NONE = "There is no master key; set TROUPE_MASTER_KEYS to the new one and the old ones behind it."
_LEFT = (
    "{count} can't be opened: put the master key under which they were sealed behind the newest in TROUPE_MASTER_KEYS "
    "and give the order again, or have their owners set them anew."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``keys`` can be told."""
    orders = parser.add_subparsers(dest="what", required=True)
    orders.add_parser("rotate", help="seal every key under the newest master key, so that the older ones can go")


async def run(settings: Static, asked: argparse.Namespace) -> None:
    """Seal anew; raises a StorageError, and CannotStart where a key stays under an older one."""
    masters = MasterKeys(master_keys(settings.master_keys.get_secret_value()))
    if not masters:
        raise CannotStart(_NONE)
    opened = await open_url(settings.database_url.get_secret_value())
    try:
        done, left = await rotate(opened.database, masters)
    finally:
        await opened.close()
    print(f"Sealed anew under {masters.newest}, the newest master key: {done}.")
    if left:
        raise CannotStart(_LEFT.format(count=left))


async def rotate(database: Database, masters: MasterKeys) -> tuple[int, int]:
    """How many are sealed anew, and how many can't be opened; it may be done while the bot runs."""
    done = left = 0
    for row in await database.read(provider_keys.under_others, masters.newest):
        try:
            secret = masters.open(row.seal, row.owner, row.provider)
        except CannotOpen:
            left += 1
            continue
        sealed = masters.seal(secret, row.owner, row.provider)
        done += await database.write(provider_keys.seal_anew, row, sealed)
    return done, left
