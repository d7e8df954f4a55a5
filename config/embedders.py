"""Which embedder EMBEDDING_MODEL means where it names one of fastembed's."""

from __future__ import annotations

FASTEMBED = "fastembed"
USUAL = "BAAI/bge-small-en-v1.5"


def fastembed_model(setting: str) -> str:
    """The model that fastembed is to run, its usual one where none is named; '' where another embedder is meant."""
    which, _, model = setting.partition(":")
    return (model or USUAL) if which == FASTEMBED else ""
