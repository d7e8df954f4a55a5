"""A seal opens for whose it is and by its master key, and nobody else's; it can be made anew under a newer one."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from bot.keys.seal import CannotOpen, MasterKeys
from bot.rekey import rotate
from storage import provider_keys
from storage.database import Database
from storage.provider_keys import Owner, ProviderKey
from tests.storage.outside import Outside

OLD, NEW, LOST = (secrets.token_bytes(32) for _ in range(3))
MARA, BOB = Owner("person", "discord", "7"), Owner("person", "discord", "8")
HOST, KEY = "llm.example", "sk-mara-0123456789abcdef"


def test_a_seal_opens_for_its_owner_and_provider_alone() -> None:
    masters = MasterKeys([NEW, OLD])
    sealed = masters.seal(KEY, MARA, HOST)
    moved = (
        (sealed, BOB, HOST),
        (sealed, replace(MARA, kind="guild"), HOST),
        (sealed, replace(MARA, platform="terminal"), HOST),
        (sealed, MARA, "elsewhere.example"),
        (replace(sealed, nonce=masters.seal(KEY, MARA, HOST).nonce), MARA, HOST),
        (replace(sealed, text=masters.seal(KEY, BOB, HOST).text), MARA, HOST),
        (replace(sealed, key_id=MasterKeys([OLD]).newest), MARA, HOST),
        (replace(sealed, text="not base64"), MARA, HOST),
    )

    assert masters.open(sealed, MARA, HOST) == KEY
    for other in moved:
        with pytest.raises(CannotOpen):
            masters.open(*other)
    assert KEY not in repr(sealed) and masters.seal(KEY, MARA, HOST).text != sealed.text


async def test_rotation_seals_all_it_can_open_under_the_newest_and_keeps_what_was_set_meanwhile(
    outside: Outside,
) -> None:
    database = Database(await outside.open())
    for owner, master in ((MARA, OLD), (BOB, LOST), (Owner("guild", "discord", "9"), NEW)):
        sealed = MasterKeys([master]).seal(KEY, owner, HOST)
        await database.write(provider_keys.put, owner, HOST, sealed, "cdef", 1)
    [before] = await database.read(provider_keys.of_owner, MARA)

    turned = await rotate(database, MasterKeys([NEW, OLD]))

    [mara] = await database.read(provider_keys.of_owner, MARA)
    late = await database.write(provider_keys.seal_anew, before, before.seal)
    again = await rotate(database, MasterKeys([NEW]))
    await database.close()
    assert turned == (1, 1)
    assert MasterKeys([NEW]).open(mara.seal, MARA, HOST) == KEY
    assert (mara.ends_in, mara.set_at) == ("cdef", 1)
    assert not late, "it was written over since it was read"
    assert again == (0, 1)
    assert isinstance(mara, ProviderKey) and KEY not in repr(mara)
