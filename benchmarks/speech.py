"""Sentences of made-up words, each word as frequent as its rank in a natural language would have it (Zipf)."""

from __future__ import annotations

from itertools import accumulate, product
from random import Random

_VOCABULARY = 5_000
# They tell no two texts apart and stand first, as in English: almost half of what is said.
_SMALL = """
    the and to of a i in it is that you for was on my we with this have but are be he at as she they me not so just
    what by from or had his her an there were their our if out up about all when has some them no then him your
    """.split()  # noqa: SIM905 (a list of words reads better as words)
_SYLLABLES = [first + second for first, second in product("bcdfghjklmnprstvwz", "aeiou")]
_SHORTEST, _LONGEST = 8, 20


class Speech:
    """Says something new each time; of equal chance, the same."""

    def __init__(self, random: Random) -> None:
        self._random = random
        made_up = [first + second for first, second in product(_SYLLABLES, _SYLLABLES)]
        self._words = _SMALL + random.sample(made_up, _VOCABULARY - len(_SMALL))
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def sentence(self) -> str:
        """Eight to twenty words."""
        length = self._random.randint(_SHORTEST, _LONGEST)
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=length))


def telling(sentence: str) -> list[str]:
    """The words of a sentence that are not small, each once."""
    return [word for word in dict.fromkeys(sentence.split()) if word not in _SMALL]
