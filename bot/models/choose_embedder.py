"""Which embedder finds what was said, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models.choose import shown_url
from bot.models.fastembed_embedder import FastembedEmbedder, installed
from bot.models.local_embedder import NAME, LocalEmbedder, weights_folder
from bot.ports import Embedder, EmbedFault
from config.embedders import FASTEMBED, fastembed_model
from config.static import Static

_WORDS_ALONE = "what was said is found by its words alone."
_BETTER = "For a better one set EMBEDDING_MODEL, such as text-embedding-3-small with an OPENAI_API_KEY."


@dataclass(frozen=True, slots=True)
class EmbedderChoice:
    """The embedder, None for none, and what to say about it at the start."""

    embedder: Embedder | None
    sentence: str


def choose_embedder(settings: Static) -> EmbedderChoice:
    """As EMBEDDING_MODEL says; weights that are missing now are used once they are there."""
    match settings.embedding_model:
        case "local" if weights_folder() is None:
            return EmbedderChoice(LocalEmbedder(), f"none, so {_WORDS_ALONE} {EmbedFault.MISSING.value}")
        case "local":
            return EmbedderChoice(LocalEmbedder(), f"{NAME} on this machine. {_BETTER}")
        case "none":
            return EmbedderChoice(None, f"none, as EMBEDDING_MODEL says; {_WORDS_ALONE}")
        case one if model := fastembed_model(one):
            return _fastembed(settings, model)
        case model:
            return _server(settings, model)


def _fastembed(settings: Static, model: str) -> EmbedderChoice:
    embedder = FastembedEmbedder(model, settings.local_folder / FASTEMBED)
    missing = "" if installed() else f"none, so {_WORDS_ALONE} {EmbedFault.NOT_INSTALLED.value}"
    return EmbedderChoice(embedder, missing or f"{model} by fastembed on this machine, fetched once.")


def _server(settings: Static, model: str) -> EmbedderChoice:
    from bot.models.openai_embedder import OpenAIEmbedder  # half a second to import, for those who use it

    own = settings.embedding_base_url
    base_url, key = (own, settings.embedding_api_key) if own else (settings.openai_base_url, settings.openai_api_key)
    return EmbedderChoice(OpenAIEmbedder(model, base_url, key.get_secret_value()), f"{model} at {shown_url(base_url)}.")
