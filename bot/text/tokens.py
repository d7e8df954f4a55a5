"""How much text costs, guessed without a tokenizer."""

from __future__ import annotations

BYTES_PER_TOKEN = 4


def estimate_tokens(text: str) -> int:
    """A quarter of the UTF-8 bytes, rounded up.

    Byte-pair tokenizers start from bytes, and English averages about four of them to a token. Scripts with longer
    encodings take more tokens a letter as well, so bytes follow them better than letters would.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return -(-size // BYTES_PER_TOKEN)
