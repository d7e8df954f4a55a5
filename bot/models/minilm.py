"""The forward pass of all-MiniLM-L6-v2 in numpy: token ids in, one unit vector for each text out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

DIMENSION = 384
LONGEST = 256  # tokens; what the model was trained to read
_LAYERS = 6
_HEADS = 12
_EPSILON = np.float32(1e-12)
_FAR = np.float32(-1e9)


def mapped(path: Path) -> Mapping[str, Array]:
    """The float tensors of a safetensors file, mapped into memory so that only what is used is read.

    The format is eight bytes with the length of a JSON header, the header, and the tensors one after another.
    """
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    size = int.from_bytes(raw[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(raw[8 : 8 + size].tobytes())
    body = raw[8 + size :]
    return {
        name: body[slice(*told["data_offsets"])].view(np.float32).reshape(told["shape"])
        for name, told in header.items()
        if name != "__metadata__" and told["dtype"] == "F32"
    }


def forward(weights: Mapping[str, Array], rows: Sequence[Sequence[int]]) -> Array:
    """The unit vectors (texts, DIMENSION) of texts given as rows of token ids."""
    longest = max(len(row) for row in rows)
    ids = np.array([[*row, *[0] * (longest - len(row))] for row in rows], dtype=np.int64)
    seen = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in rows], dtype=np.float32)
    hidden = _embedded(weights, ids)
    mask = ((1 - seen) * _FAR)[:, None, None, :]
    for layer in range(_LAYERS):
        name = f"encoder.layer.{layer}"
        hidden = _norm(weights, f"{name}.attention.output", hidden + _attended(weights, name, hidden, mask))
        hidden = _norm(weights, f"{name}.output", hidden + _thought(weights, name, hidden))
    pooled = (hidden * seen[:, :, None]).sum(axis=1) / seen.sum(axis=1)[:, None]
    unit: Array = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    return unit


def _embedded(weights: Mapping[str, Array], ids: NDArray[np.int64]) -> Array:
    words = weights["embeddings.word_embeddings.weight"][ids]
    places = weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    return _norm(weights, "embeddings", words + places + weights["embeddings.token_type_embeddings.weight"][0])


def _attended(weights: Mapping[str, Array], name: str, hidden: Array, mask: Array) -> Array:
    texts, length, width = hidden.shape
    query, key, value = (
        _dense(weights, f"{name}.attention.self.{part}", hidden)
        .reshape(texts, length, _HEADS, width // _HEADS)
        .transpose(0, 2, 1, 3)
        for part in ("query", "key", "value")
    )
    heard = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(width // _HEADS)) + mask
    heard = np.exp(heard - heard.max(axis=-1, keepdims=True))
    heard /= heard.sum(axis=-1, keepdims=True)
    together = (heard @ value).transpose(0, 2, 1, 3).reshape(texts, length, width)
    return _dense(weights, f"{name}.attention.output.dense", together)


def _thought(weights: Mapping[str, Array], name: str, hidden: Array) -> Array:
    wide = _gelu(_dense(weights, f"{name}.intermediate.dense", hidden))
    return _dense(weights, f"{name}.output.dense", wide)


def _dense(weights: Mapping[str, Array], name: str, hidden: Array) -> Array:
    answer: Array = hidden @ weights[f"{name}.weight"].T
    answer += weights[f"{name}.bias"]
    return answer


def _norm(weights: Mapping[str, Array], name: str, hidden: Array) -> Array:
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPSILON)
    normed: Array = centred / spread * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]
    return normed


def _gelu(wide: Array) -> Array:
    """x/2 (1 + erf(x/√2)), with erf by the rational approximation 7.1.26 of Abramowitz and Stegun (error 1.5e-7)."""
    scaled = np.abs(wide) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    series = np.float32(1.061405429) * t
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(term)
        series *= t
    error = 1 - series * np.exp(-scaled * scaled)
    answer: Array = np.float32(0.5) * wide * (1 + np.copysign(error, wide))
    return answer
