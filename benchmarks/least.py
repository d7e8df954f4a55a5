"""The least bot there can be, as a baseline: hears, asks the model, posts the answer; keeps and checks nothing.

``python -m benchmarks.least REST GATEWAY MODEL TOKEN``; it shares the wires with the real bot and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import aiohttp

_INTENTS = 1 << 0 | 1 << 9 | 1 << 12 | 1 << 15


async def main(rest: str, gateway: str, model: str, token: str) -> None:
    """Answer until our standard input is closed."""
    parent = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
    async with aiohttp.ClientSession() as http, http.ws_connect(gateway, max_msg_size=0) as socket:
        listening = asyncio.create_task(_listen(http, socket, rest, model, token))
        await asyncio.wait({parent, listening}, return_when=asyncio.FIRST_COMPLETED)


async def _listen(
    http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, rest: str, model: str, token: str
) -> None:
    await socket.send_json({"op": 2, "d": {"token": token, "intents": _INTENTS}})
    answering: set[asyncio.Task[None]] = set()
    async for frame in socket:
        event = json.loads(frame.data)
        if event["t"] == "READY":
            print(json.dumps({"event": "connected"}), flush=True)
        if event["t"] == "MESSAGE_CREATE" and not event["d"]["author"]["bot"]:
            task = asyncio.create_task(_answer(http, event["d"], rest, model, token))
            answering.add(task)
            task.add_done_callback(answering.discard)


async def _answer(http: aiohttp.ClientSession, heard: dict[str, Any], rest: str, model: str, token: str) -> None:
    asked = {"model": "least", "stream": True, "messages": [{"role": "user", "content": heard["content"]}]}
    text = ""
    async with http.post(f"{model}/chat/completions", json=asked) as stream:
        async for line in stream.content:
            if line.startswith(b"data: {"):
                text += "".join(c["delta"].get("content", "") for c in json.loads(line[6:])["choices"])
    said = {"content": text, "nonce": heard["id"], "enforce_nonce": True}
    url, headers = f"{rest}/channels/{heard['channel_id']}/messages", {"Authorization": f"Bot {token}"}
    async with http.post(url, json=said, headers=headers) as answered:
        answered.raise_for_status()
        await answered.read()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
