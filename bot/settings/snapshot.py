"""The settings in force for one person in one place at one generation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.dynamic import SETTINGS, Setting, resolve
from config.kinds import T_co
from storage import settings
from storage.engines.base import Transaction
from storage.settings import Change, Reach


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every setting's value as a text, by name; it never changes, whatever is set meanwhile."""

    generation: int
    texts: Mapping[str, str]

    def __getitem__(self, setting: Setting[T_co]) -> T_co:
        return setting.read(self.texts[setting.name])


@dataclass(frozen=True, slots=True)
class Chain:
    """One setting's values within reach, nearest first (None where none is set), and which is in force."""

    setting: Setting[object]
    given: tuple[Change | None, ...]
    default: str

    @property
    def wins(self) -> int | None:
        """The place in ``given``, None for the default."""
        return resolve(self.setting, [change.new_value if change else None for change in self.given])

    @property
    def text(self) -> str:
        """The value in force."""
        winner = None if self.wins is None else self.given[self.wins]
        return self.default if winner is None or winner.new_value is None else winner.new_value


def chains(reach: Reach, found: Iterable[Change], defaults: Mapping[str, str]) -> tuple[Chain, ...]:
    """Where every setting's value comes from."""
    given = {(change.scope, change.name): change for change in found}
    return tuple(
        Chain(setting, tuple(given.get((scope, setting.name)) for scope in reach.scopes), defaults[setting.name])
        for setting in SETTINGS
    )


def look(tx: Transaction, reach: Reach, generation: int, defaults: Mapping[str, str]) -> Snapshot:
    """What held within reach at that generation."""
    found = chains(reach, settings.in_force(tx, reach, generation), defaults)
    return Snapshot(generation, {chain.setting.name: chain.text for chain in found})


def look_now(tx: Transaction, reach: Reach, defaults: Mapping[str, str]) -> Snapshot:
    """What holds within reach."""
    return look(tx, reach, settings.generation(tx), defaults)


def one_now(tx: Transaction, setting: Setting[T_co], reach: Reach) -> T_co:
    """What holds within reach of one setting whose default is its own and not the environment's."""
    found = settings.in_force(tx, reach, settings.generation(tx))
    given = {change.scope: change.new_value for change in found if change.name == setting.name}
    texts = [given.get(scope) for scope in reach.scopes]
    wins = resolve(setting, texts)
    return setting.default if wins is None else setting.read(texts[wins] or "")
