"""A model of a few kilobytes in ONNX, written byte by byte: each token's row of a table, as fastembed reads models."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path

from bot.models.local_embedder import weights_folder

_FLOAT, _INT64 = 1, 7


def lay_down(folder: Path, name: str, table: Sequence[Sequence[float]]) -> None:
    """Put the model where fastembed keeps what it once fetched; its tokens are those of the local embedder."""
    source = weights_folder()
    assert source is not None
    kept = folder / f"models--{name.replace('/', '--')}"
    files = kept / "snapshots" / "1"
    files.mkdir(parents=True)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("1")
    for one in ("tokenizer.json", "special_tokens_map.json"):
        shutil.copy(source / one, files)
    (files / "config.json").write_text(json.dumps({"pad_token_id": 0}))
    (files / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 64, "pad_token": "[PAD]"}))
    (files / "model.onnx").write_bytes(_model(table))


def _model(table: Sequence[Sequence[float]]) -> bytes:
    rows, width = len(table), len(table[0])
    numbers = struct.pack(f"<{rows * width}f", *(number for row in table for number in row))
    shape = _whole(1, rows) + _whole(1, width)
    weights = shape + _whole(2, _FLOAT) + _text(8, "table") + _bytes(9, numbers)
    gather = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    inputs = (_bytes(11, _value(name, _INT64, ("b", "s"))) for name in ("input_ids", "attention_mask"))
    output = _bytes(12, _value("last_hidden_state", _FLOAT, ("b", "s", width)))
    graph = _bytes(1, gather) + _text(2, "tiny") + _bytes(5, weights) + b"".join(inputs) + output
    return _whole(1, 8) + _bytes(7, graph) + _bytes(8, _whole(2, 17))


def _value(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    dims = (_bytes(1, _text(2, one) if isinstance(one, str) else _whole(1, one)) for one in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _whole(1, kind) + _bytes(2, b"".join(dims))))


# ── protocol buffers ──


def _whole(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
