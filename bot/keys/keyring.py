"""Who pays for a piece of work: whoever asked, else their server, else the bot; each with clients of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.keys.seal import CannotOpen, MasterKeys
from bot.ports import Model, ModelFailed, ModelFault, Provider, Question, Usage
from storage import provider_keys
from storage.database import Database
from storage.engines.base import Transaction
from storage.provider_keys import Owner, ProviderKey
from storage.records import WorkItem

SHOWN = 4  # characters of a key that its owner sees again
_log = structlog.get_logger()
_THEIRS = {ModelFault.WRONG_KEY: ModelFault.OWN_KEY_REFUSED, ModelFault.OUT_OF_CREDIT: ModelFault.OWN_KEY_SPENT}


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keeps and uses keys that were brought; without master keys or a provider nobody can bring any."""

    database: Database
    masters: MasterKeys
    provider: Provider | None

    async def keep(self, owner: Owner, api_key: str, now: int) -> None:
        """Seal it and keep it; there must be a provider and a master key."""
        assert self.provider is not None
        name = self.provider.name
        sealed = self.masters.seal(api_key, owner, name)
        await self.database.write(provider_keys.put, owner, name, sealed, api_key[-SHOWN:], now)

    async def leave(self, platform: str, guild_id: str) -> None:
        """Keep none of a guild that we are no part of any more."""
        await self.database.write(provider_keys.remove, Owner("guild", platform, guild_id))

    def lent(self, item: WorkItem, names: Sequence[str]) -> AbstractAsyncContextManager[tuple[Model, ...]]:
        """Models by the nearest key that was brought, each a client of this item alone; none where the bot pays."""
        place = (item.conversation_id, item.person_id)
        return self._lent(lambda tx, provider: provider_keys.nearest(tx, provider, *place), names)

    def lent_to(self, owners: Sequence[Owner], names: Sequence[str]) -> AbstractAsyncContextManager[tuple[Model, ...]]:
        """The same for an order, by the first of these owners who brought one."""
        return self._lent(lambda tx, provider: provider_keys.first(tx, provider, owners), names)

    @asynccontextmanager
    async def _lent(
        self, find: Callable[[Transaction, str], ProviderKey | None], names: Sequence[str]
    ) -> AsyncIterator[tuple[Model, ...]]:
        models: list[Model] = []
        if self.provider is not None and self.masters:
            row = await self.database.read(find, self.provider.name)
            models = self._models(self.provider, row, names) if row is not None else []
        try:
            yield tuple(models)
        finally:
            for model in models:
                await model.close()

    def _models(self, provider: Provider, row: ProviderKey, names: Sequence[str]) -> list[Model]:
        """Where the key can't be opened, one that says so: nobody else pays unasked for who brought one."""
        try:
            api_key = self.masters.open(row.seal, row.owner, row.provider)
        except CannotOpen as error:
            _log.error("key_not_opened", kind=row.kind, reason=str(error))
            return [_Unopened(names[0])]
        return [_Own(provider.model(name, api_key)) for name in names]


class _Own:
    """A model by a key that was brought; what is wrong with that key is told to those who can mend it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """As kept with each reply: the same as by the bot's own key."""
        return self._model.name

    def fills(self, form: str) -> bool:
        """As the model itself."""
        return self._model.fills(form)

    async def warm(self) -> None:
        """As the model itself."""
        await self._model.warm()

    async def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        """Yield pieces and one Usage; raises ModelFailed."""
        try:
            async with aclosing(self._model.stream(question)) as pieces:
                async for piece in pieces:
                    yield piece
        except ModelFailed as failed:
            fault = _THEIRS.get(failed.fault, failed.fault)
            raise ModelFailed(fault, failed.detail, failed.retry_after_s) from None

    async def close(self) -> None:
        """Let connections go."""
        await self._model.close()


@dataclass(frozen=True, slots=True)
class _Unopened:
    """Stands where a key was brought that can't be opened any more."""

    name: str

    def fills(self, form: str) -> bool:
        """It fails at any."""
        return True

    async def warm(self) -> None:
        """There is nothing to load."""

    async def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        """Raises ModelFailed."""
        raise ModelFailed(ModelFault.OWN_KEY_LOST)
        yield ""

    async def close(self) -> None:
        """There is nothing to let go."""
