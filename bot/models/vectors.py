"""What an embedder's numbers become before anybody compares them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import isfinite, sqrt

from bot.ports import EmbedFailed, EmbedFault, Vector


def unit(numbers: Sequence[float]) -> Vector:
    """Their direction, of length 1; raises EmbedFailed where they have none."""
    length = sqrt(sum(number * number for number in numbers))
    if not length or not isfinite(length):
        raise EmbedFailed(EmbedFault.BROKEN, "a vector without a direction")
    return array("f", [number / length for number in numbers])
