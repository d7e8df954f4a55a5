"""What people said leads with its scope, and so does all that came of it: parted by it, a server does the same."""

from __future__ import annotations

import re

import psycopg

from storage import (
    conversations,
    feedback,
    forgetting,
    memories,
    messages,
    outbox,
    recall,
    upkeep,
    usage,
    vectors,
    work,
)
from storage.catalogue import query
from storage.database import Database
from storage.engines.base import Transaction
from storage.memory_rows import Memory
from storage.messages import NewMessage
from storage.outbox import NewPart
from storage.recall import Reach
from storage.records import ModelCall
from storage.scoping import ACROSS, BY_CONVERSATION, BY_NUMBER, SCOPES, SHARED
from storage.vectors import Embedded
from storage.work import Lease, NewWork
from tests.memory.ground import Ground, laid
from tests.storage.conftest import NOW
from tests.storage.outside import File, Outside, Server

# Of each key and index: its table, its name, its columns in their order and whether it is unique.
_KEYS_OF_A_FILE = """
SELECT t.name, 'primary key', (SELECT group_concat(name) FROM (SELECT c.name FROM pragma_table_info(t.name) c
                                                              WHERE c.pk > 0 ORDER BY c.pk)), 1
FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'table'
UNION ALL
SELECT t.name, i.name, (SELECT group_concat(name) FROM (SELECT c.name FROM pragma_index_info(i.name) c
                                                       ORDER BY c.seqno)), i."unique"
FROM pragma_table_list t JOIN pragma_index_list(t.name) i
WHERE t.schema = 'main' AND t.type = 'table'
"""
_KEYS_OF_A_SERVER = """
SELECT t.relname, n.relname, (SELECT string_agg(a.attname, ',' ORDER BY a.attnum)
                              FROM pg_attribute a WHERE a.attrelid = n.oid), i.indisunique
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
WHERE t.relnamespace = current_schema()::regnamespace
"""
# Of each reference: its table, the other, and the columns of both.
_REFERENCES_OF_A_FILE = """
SELECT t.name, f."table", group_concat(f."from"), group_concat(f."to")
FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
WHERE t.schema = 'main' AND t.type = 'table' GROUP BY t.name, f.id, f."table"
"""
_REFERENCES_OF_A_SERVER = """
SELECT t.relname, o.relname,
       (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY AS k (num, n)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num),
       (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY AS k (num, n)
        JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class o ON o.oid = c.confrelid
WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
"""


async def test_every_table_says_its_scope_and_every_key_and_reference_leads_with_it(
    database: Database, outside: Outside
) -> None:
    ours = {table.name for table in await database.read(lambda tx: tx.tables().all())}
    on_a_file = isinstance(outside, File)
    keys = outside.rows(_KEYS_OF_A_FILE if on_a_file else _KEYS_OF_A_SERVER)
    references = outside.rows(_REFERENCES_OF_A_FILE if on_a_file else _REFERENCES_OF_A_SERVER)
    parted = {name: scope for name, scope in SCOPES.items() if not (on_a_file and name in BY_NUMBER)}

    assert SCOPES.keys().isdisjoint(SHARED)
    assert ours - SCOPES.keys() - SHARED.keys() == set() and SHARED.keys() <= ours
    assert SCOPES.keys() - ours <= ({"passage_bits"} if on_a_file else set())  # a virtual table
    leading = [(table, name, columns.split(",")[0], only) for table, name, columns, only in keys if table in parted]
    assert {table for table, _, _, only in leading if only} == parted.keys()
    astray = [one for one in leading if one[2] != parted[one[0]]]
    assert [one for one in astray if one[3]] == []
    assert {name for table, name, _, _ in astray if table in BY_CONVERSATION} == ACROSS.keys()
    within = [one for one in references if one[0] in parted and one[1] in parted]
    assert len(within) > 10
    assert [
        one for one in within if (one[2].split(",")[0], one[3].split(",")[0]) != (parted[one[0]], parted[one[1]])
    ] == []


# ── parted ──


def part(url: str) -> None:
    """Make each of these tables anew in two parts, with the keys, indexes, references and views it has."""
    with psycopg.connect(url) as raw:

        def ask(sql: str) -> list[tuple[str, ...]]:
            return raw.execute(sql.encode()).fetchall()

        def do(sql: str) -> None:
            raw.execute(sql.encode())

        views = ask("SELECT viewname, definition FROM pg_views WHERE schemaname = current_schema()")
        rules = ask(
            "SELECT t.relname, c.conname, c.contype::text, pg_get_constraintdef(c.oid) FROM pg_constraint c "
            "JOIN pg_class t ON t.oid = c.conrelid WHERE c.connamespace = current_schema()::regnamespace"
        )
        indexes = ask("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
        named = {name for _, name, _, _ in rules}
        for name, _ in views:
            do(f"DROP VIEW {name}")
        references = [one for one in rules if one[0] in SCOPES and one[2] == "f"]
        for table, name, _, _ in references:
            do(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table, scope in SCOPES.items():
            do(f"ALTER TABLE {table} RENAME TO {table}_whole")
            way = "RANGE" if table in BY_NUMBER else "HASH"
            same = f"(LIKE {table}_whole INCLUDING ALL EXCLUDING INDEXES)"
            do(f"CREATE TABLE {table} {same} PARTITION BY {way} ({scope})")
            for number in range(2):
                part = f"CREATE TABLE {table}_{number} PARTITION OF {table} FOR VALUES"
                ends = ["MINVALUE", str(2 * 2**32), "MAXVALUE"][number : number + 2]
                if way == "RANGE":
                    do(f"{part} FROM ({ends[0]}) TO ({ends[1]})")
                else:
                    do(f"{part} WITH (MODULUS 2, REMAINDER {number})")
            do(f"DROP TABLE {table}_whole")
        for table, name, kind, words in rules:
            if table in SCOPES and kind in "pu":
                do(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}")
        for table, name, words in indexes:
            if table in SCOPES and name not in named:
                do(words)
        for table, name, _, words in references:
            do(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}")
        for name, words in sorted(views):
            do(f"CREATE VIEW {name} AS {words}")


async def test_parted_by_these_very_keys_a_server_keeps_recalls_and_forgets_as_a_file_does(outside: Outside) -> None:
    if isinstance(outside, Server):
        part(outside.url)
    database = Database(await outside.open())
    ground = await laid(database)

    memory = await ground.tell("Mara keeps bees.")
    owed = await database.write(_answer, ground, ground.scenes["dm of Mara"].id, memory)
    [sent] = await database.write(_deliver)
    await database.write(_embed)
    await database.write(feedback.give, memory, ground.people["Tom"].id, "helpful", NOW)

    assert [one.id for one in await database.read(outbox.of_work, owed)] == [sent]
    assert [one.work_id for one in await database.read(usage.of_work, owed)] == [owed]
    assert [one.id for one in await database.read(memories.known, ground.audience("dm of Mara"))] == [memory.id]
    assert sorted(await database.read(_found, "bee")) == ["Mara keeps bees.", "You keep bees."]
    if isinstance(outside, Server):
        whole = "SELECT count(*) FROM pg_class WHERE relkind = 'p' AND relnamespace = current_schema()::regnamespace"
        assert outside.rows(whole) == [(len(SCOPES),)]
        for name in ("messages.by_id", "messages.newest", "memories.neighbours", "memories.sources", "outbox.by_id"):
            assert len(parts_of(outside, name)) == 1

    receipt = await database.write(forgetting.forget, "discord", "0", ground.now, ground.now)
    await database.write(upkeep.let_work_go, ground.now + 1, 9)

    assert (receipt.whole, receipt.messages, receipt.replies, receipt.memories) == (True, 1, 1, 1)
    assert await database.read(_found, "bee") == []
    assert not any("bees" in str(row) for rows in outside.whole().values() for row in rows)
    assert outside.rows("SELECT count(*) FROM deliveries") == [(0,)]
    await database.close()


def _answer(tx: Transaction, ground: Ground, scene: str, memory: Memory) -> str:
    """Somebody asks in a direct conversation, and the reply has in mind what was told elsewhere."""
    owed = work.owe(tx, NewWork(ground.ids.new("wrk"), scene, "chat", scene, ground.people["Mara"].id), NOW)
    [item] = work.claim(tx, Lease("bot_1", NOW + 1, NOW + 5000), NOW, 1)
    usage.add(tx, ModelCall(ground.ids.new("cal"), owed, 1, "m", "OK", 1, 1, 1, 1, 1, None, None, NOW))
    reply, seq = ground.ids.new("msg"), conversations.next_seq(tx, scene)
    messages.add(tx, NewMessage(reply, scene, seq, "persona", "Ada", "You keep bees.", NOW, work_id=owed))
    assert memories.use(tx, (scene, reply), 1, memory, "{}", NOW)
    outbox.owe(tx, NewPart(ground.ids.new("dlv"), owed, 0, scene, seq, "You keep bees."), NOW)
    work.finish(tx, item, NOW)
    return owed


def _deliver(tx: Transaction) -> list[str]:
    """All that is owed is said."""
    taken = outbox.claim(tx, "discord", NOW + 5000, NOW, 9)
    for one in taken:
        outbox.trying(tx, one, NOW)
        outbox.acknowledged(tx, one, "900", "channel")
        outbox.sent(tx, one, NOW)
    return [one.id for one in taken]


def _embed(tx: Transaction) -> None:
    vectors.keep(tx, "m", [Embedded(one, [0.6, 0.8]) for one in vectors.lacking(tx, "m", 9)])


def _found(tx: Transaction, word: str) -> list[str]:
    everywhere = Reach(0, 2**62)
    return [one.content for one in recall.told(tx, everywhere, recall.having(tx, everywhere, word))]


def parts_of(server: Server, name: str) -> set[str]:
    """The parts that a query of one scope would look into."""
    sql = re.sub(r":\w+", "'1'", query("postgres", name))
    steps = "\n".join(row[0] for row in server.rows(f"EXPLAIN {sql}"))
    return set(re.findall(r" on (?:messages|memories|memory_sources|deliveries)_(\d)\b", steps))
