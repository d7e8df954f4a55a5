"""How soon what is said can be recalled by meaning: heard, indexed and embedded, beside the embedder alone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from time import perf_counter

from benchmarks.measure import Figure, Pairs, Run
from benchmarks.stored import Opened, opened
from bot.bells import Bell
from bot.clock import SystemClock
from bot.intake.accept import accept
from bot.intake.decide import Keep, Rule
from bot.memory.embedding import Embedding
from bot.models.local_embedder import LocalEmbedder, weights_folder
from bot.ports import Place, Said, Speaker

_TURNS = 6  # the first of them only warms up
_ROOMS = 10
_FIRST_CHANNEL = 10**17
_WHO = "sister neighbour teacher friend grandfather doctor cousin baker".split()  # noqa: SIM905
_DID = "found painted lost bought repaired borrowed forgot sold photographed hid".split()  # noqa: SIM905
_WHAT = "piano heron bicycle lantern violin letter kettle recipe coat boat".split()  # noqa: SIM905
_WHERE = "attic river market bakery ferry bridge harbour garden".split()  # noqa: SIM905
_WHEN = "yesterday today tonight earlier recently once".split()  # noqa: SIM905


async def measure(run: Run) -> list[Figure]:
    """Nothing where the weights of the local embedder are not installed."""
    if weights_folder() is None:
        print("Without the weights of the local embedder recall_ingest is not measured; make installs them.")
        return []
    size, random, rates = run.count(200, 32), Random(1), []
    embedder = LocalEmbedder()
    await embedder.open()
    try:
        async with opened(run.folder / "ingest.db") as bot:
            embedding = Embedding(bot.database, embedder, Bell(), SystemClock())
            for turn in range(_TURNS):
                texts = [_text(random, turn * size + at) for at in range(size)]
                rates.append((await _ours(bot, embedding, texts, turn), await _alone(embedder, texts)))
                run.tick(0.9 + 0.1 * turn / _TURNS)
    finally:
        await embedder.close()
    return [_figure(Pairs(*zip(*rates[1:], strict=True)))]


async def _ours(bot: Opened, embedding: Embedding, texts: Sequence[str], turn: int) -> float:
    """Texts each second from the first word until the last has its vector."""
    verdict, began = Keep(bot.persona_id, Rule.NOBODY), perf_counter()
    for at, text in enumerate(texts):
        said = _said(turn * len(texts) + at, text)
        await bot.database.write(accept, said, verdict, bot.hand(said.said_at), move_cursor=True)
    await embedding.catch_up()
    return len(texts) / (perf_counter() - began)


async def _alone(embedder: LocalEmbedder, texts: Sequence[str]) -> float:
    began = perf_counter()
    await embedder.embed(texts)
    return len(texts) / (perf_counter() - began)


def _said(number: int, text: str) -> Said:
    room, now = number % _ROOMS, SystemClock().now()
    place, speaker = Place("discord", str(_FIRST_CHANNEL + room), "1"), Speaker(str(room + 1), f"Person {room}")
    return Said(str(number), place, speaker, text, now, (_FIRST_CHANNEL << 4) + number)


def _text(random: Random, number: int) -> str:
    """No two alike: of words said before, the vector would only be borrowed."""
    who, did, what, where, when = (random.choice(words) for words in (_WHO, _DID, _WHAT, _WHERE, _WHEN))
    return f"My {who} {did} an old {what} near the {where} {when}, and told me all {number} things about it."


def _figure(pairs: Pairs) -> Figure:
    return Figure(
        "recall_ingest",
        pairs.value,
        "texts/s",
        "Messages of about 17 words heard one after another, indexed, and embedded by the local MiniLM on one core; "
        "baseline: the embedder alone, given the same texts at once.",
        baseline=pairs.baseline,
        ratio=pairs.ratio,
    )
