"""A reply while it grows, and how long we wait for more of it."""

from __future__ import annotations

from typing import Any

from bot.models.openai_messages import messages
from bot.ports import ModelFailed, ModelFault, Question, Usage
from bot.text.tokens import estimate_tokens

# A whole reply is not thrown away because the count that should follow it never comes.
TAIL_S = 1.0


class Reply:
    """What has come so far; it changes with every chunk, and nobody else holds it."""

    def __init__(self, question: Question, started_s: float) -> None:
        self._question = question
        self._ends_s = started_s + question.total_s
        self._text: list[str] = []
        self._finish = ""
        self._tail_s = 0.0
        self._counted: Any = None

    @property
    def begun(self) -> bool:
        """Whether a piece of text has come."""
        return bool(self._text)

    @property
    def whole(self) -> bool:
        """Whether the server said that it was done, and said something."""
        return self.begun and bool(self._finish)

    def wait_until(self, now_s: float) -> float:
        """When to stop waiting for the next chunk, on the loop's clock."""
        if self._finish:
            self._tail_s = self._tail_s or now_s + min(TAIL_S, self._question.stall_s)
            return min(self._ends_s, self._tail_s)
        bound_s = self._question.stall_s if self.begun else self._question.first_token_s
        return min(self._ends_s, now_s + bound_s)

    def too_late(self, now_s: float) -> ModelFailed:
        """What it means that the wait ended now."""
        if not self.begun:
            return ModelFailed(ModelFault.TIMED_OUT, "no first piece in time")
        if now_s >= self._ends_s:
            return ModelFailed(ModelFault.TIMED_OUT, f"longer than {self._question.total_s:g} s in all")
        return ModelFailed(ModelFault.STALLED, f"nothing more for {self._question.stall_s:g} s")

    def hear(self, chunk: Any) -> str:
        """The text of a chunk as the server sent it, empty when it brings none; raises ModelFailed when it brings a
        refusal, and what Python says of rubbish."""
        self._counted = chunk.get("usage") or self._counted
        if not chunk.get("choices"):
            return ""
        choice = chunk["choices"][0]
        delta, finish = choice.get("delta") or {}, choice.get("finish_reason")
        self._finish = finish or self._finish
        if finish == "content_filter" or delta.get("refusal"):
            raise ModelFailed(ModelFault.REFUSED, f"finish_reason {finish or 'not given'}")
        text = delta.get("content") or ""
        if not isinstance(text, str):
            raise TypeError(f"content is {type(text).__name__}")
        if text:
            self._text.append(text)
        return text

    def end(self, content_type: str) -> Usage:
        """What it cost; raises ModelFailed when the stream ended without a whole reply."""
        if not "".join(self._text).strip():
            raise ModelFailed(ModelFault.BROKEN, f"no text (finish {self._finish or 'not given'}, {content_type})")
        if not self._finish:
            raise ModelFailed(ModelFault.STALLED, "the stream ended without a finish_reason")
        return self._measured() or self._estimated()

    def _measured(self) -> Usage | None:
        """The server's count; rubbish, or zeros beside a text that is there, are no count."""
        if not isinstance(self._counted, dict):
            return None
        asked, answered = self._counted.get("prompt_tokens"), self._counted.get("completion_tokens")
        if not (isinstance(asked, int) and isinstance(answered, int) and answered):
            return None
        return Usage(asked, answered, measured=True, cached_tokens=self._cached(asked))

    def _cached(self, asked: int) -> int:
        details = self._counted.get("prompt_tokens_details")
        found = details.get("cached_tokens") if isinstance(details, dict) else None
        return min(max(found, 0), asked) if isinstance(found, int) else 0

    def _estimated(self) -> Usage:
        asked = sum(estimate_tokens(str(message.get("content"))) for message in messages(self._question))
        return Usage(asked, estimate_tokens("".join(self._text)), measured=False)
