"""What most bots come to load in the end; the tests' bots are forked from a process that has loaded it once."""

import gc
from importlib import import_module

from bot.models.openai_chat import open_client

_OURS = "app backup console.screen evaluate gateway.connect health.page house move office schema"
_THEIRS = "anyio._backends._asyncio apscheduler.executors.asyncio prompt_toolkit.shortcuts pysqlite3"

gc.disable()
for module in (*(f"bot.{name}" for name in _OURS.split()), "storage.engines.postgres", "tests.twin", *_THEIRS.split()):
    import_module(module)
open_client("http://127.0.0.1", "")  # reads whom the machine trusts, which takes longer than all else about a client
gc.freeze()  # and those who are forked from here do not touch it, looking for garbage
gc.enable()
