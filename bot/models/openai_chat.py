"""A model behind any server that speaks OpenAI's chat completions."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from openai import (
    APIStatusError,
    AsyncOpenAI,
    AsyncStream,
    BadRequestError,
    DefaultAioHttpClient,
    Timeout,
    UnprocessableEntityError,
)

from bot.models.openai_faults import affordable, understood
from bot.models.openai_messages import messages
from bot.models.openai_reply import Reply
from bot.ports import ModelFailed, ModelFault, Question, Usage

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_S = 5.0
CLOSE_S = 1.0
LEAST_ANSWER = 16  # tokens; servers refuse less
# What servers and models turn down; each is left out, or renamed, once one of them has.
_OPTIONAL = ("stream_options", "temperature", "top_p", "max_tokens", "response_format")


class OpenAIModel:
    """One model of one server; what the server turned down once is not asked of it again."""

    def __init__(self, name: str, base_url: str = "", api_key: str = "", client: AsyncOpenAI | None = None) -> None:
        self._name = name
        self._key = api_key
        self._client = client or open_client(base_url or OPENAI_URL, api_key)
        self._declined: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The model's name as the server knows it."""
        return self._name

    def fills(self, form: str) -> bool:
        """A language model tries any form; who asks still checks the answer."""
        return True

    async def warm(self) -> None:
        """All is loaded with this module."""

    async def close(self) -> None:
        """Let connections go."""
        await self._client.close()

    async def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        """Yield pieces and one Usage; raises ModelFailed. Closing it (``aclosing``) hangs up at once."""
        reply = Reply(question, _now())
        chunks: AsyncStream[object] | None = None
        failed: ModelFailed | None = None
        try:
            async with asyncio.timeout_at(reply.wait_until(_now())):
                chunks = await self._open(question)
            while (chunk := await _next(chunks, reply)) is not None:
                if piece := reply.hear(chunk):
                    yield piece
        except TimeoutError:
            failed = reply.too_late(_now())
        except ModelFailed as refusal:
            failed = refusal
        except Exception as error:
            # Whatever rubbish does to the SDK, the port promises ModelFailed and nothing else.
            failed = understood(error, self._key, reply.begun, time.time())
        finally:
            if chunks is not None:
                await _hang_up(chunks)
        # Raised out here, so that no error quoting a key hangs on as its cause or context.
        if failed is not None and not (reply.whole and failed.fault is not ModelFault.REFUSED):
            raise failed
        yield reply.end(_content_type(chunks))

    async def _open(self, question: Question) -> AsyncStream[object]:
        """Ask again without an option as long as the server turns one down: at most once for each. Where the account
        is nearly empty, ask once more for as long an answer as it still pays for."""
        asked = question
        while True:
            try:
                return await self._ask(asked)
            except (BadRequestError, UnprocessableEntityError) as error:
                declined = _turned_down(error, self._declined)
                if not declined:
                    raise
                self._declined |= {declined}
            except APIStatusError as error:
                tokens = affordable(error)
                if asked is not question or not _worth_it(question, tokens):
                    raise
                asked = replace(question, max_tokens=tokens)

    async def _ask(self, question: Question) -> AsyncStream[object]:
        """Body and chunks as they are: to walk through them as the SDK's typed calls do, looking for files and dates
        that are in none of them and making an object of every part, takes longer than all the rest of a reply."""
        return await self._client.post(
            "/chat/completions",
            cast_to=object,
            body={name: value for name, value in self._body(question).items() if value is not None},
            options={"timeout": Timeout(max(question.first_token_s, question.stall_s) + CLOSE_S, connect=CONNECT_S)},
            stream=True,
            stream_cls=AsyncStream[object],
        )

    def _body(self, question: Question) -> dict[str, object]:
        """What is asked; None is left out."""
        options: dict[str, object] = {
            "stream_options": {"include_usage": True},
            "temperature": question.temperature,
            "top_p": question.top_p,
            "max_tokens": question.max_tokens,
            "response_format": _form(question),
        }
        if "max_tokens" in self._declined:
            options["max_completion_tokens"] = question.max_tokens
        wanted = {name: value for name, value in options.items() if name not in self._declined}
        return {"model": self._name, "messages": messages(question), "stream": True, **wanted}


def _worth_it(question: Question, tokens: int) -> bool:
    """Whether so short an answer is worth its money; of JSON that was cut off nothing can be read."""
    return question.schema is None and LEAST_ANSWER <= tokens < question.max_tokens


def _form(question: Question) -> dict[str, object] | None:
    """The form an answer is to have; the instructions name it too, since not every server heeds this."""
    if question.schema is None:
        return None
    name, schema = str(question.schema["title"]), dict(question.schema)
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}


async def _next(chunks: AsyncStream[object], reply: Reply) -> object | None:
    """The next chunk, or None at the end; raises TimeoutError. No timeout runs while a consumer holds a piece."""
    async with asyncio.timeout_at(reply.wait_until(_now())):
        try:
            return await chunks.__anext__()
        except StopAsyncIteration:
            return None


async def _hang_up(chunks: AsyncStream[object]) -> None:
    """A server that is slow to say goodbye is not waited for."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await chunks.close()
    except Exception:  # the connection is gone either way
        return


def _turned_down(error: APIStatusError, declined: frozenset[str]) -> str:
    """The optional parameter an error is about, empty when it is about something else or was left out already."""
    failed = understood(error, "", begun=False, now_s=0.0)
    if failed.fault is not ModelFault.BROKEN:
        return ""
    named = (name for name in _OPTIONAL if name not in declined and (error.param == name or name in str(error)))
    return next(named, "")


def open_client(base_url: str, api_key: str, tries: int = 1) -> AsyncOpenAI:
    """A client that tries so often; a proxy from the environment is no way to this very machine."""
    here = urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")
    return AsyncOpenAI(
        api_key=api_key or "none",
        base_url=base_url,
        max_retries=tries - 1,
        timeout=Timeout(60.0, connect=CONNECT_S),
        http_client=DefaultAioHttpClient(verify=_trusted(), trust_env=not here),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Whom the machine trusts; to read that takes longer than all else about a client, so clients share it."""
    return ssl.create_default_context()


def _content_type(chunks: AsyncStream[object] | None) -> str:
    return str(chunks.response.headers.get("content-type", "no content type")) if chunks else "no stream"


def _now() -> float:
    return asyncio.get_running_loop().time()
