"""Which tables hold what people said or what came of it, by what each is kept together, and why the others are not.

What grows with the words of people begins with its scope in every key, so that a server can part it by that column.
"""

from __future__ import annotations

# By the conversation, which for memories is called their scene. A hash of the column parts them.
BY_CONVERSATION = (
    "messages",
    "revisions",
    "deliveries",
    "model_calls",
    "spoken",
    "memories",
    "memory_sources",
    "memory_relations",
    "memory_changes",
    "memory_withheld",
    "memory_rereads",
    "memory_uses",
    "memory_unsummed",
    "memory_feedback",
    "memory_readings",
    "memory_news",
    "consolidations",
)
# By a number whose upper half is the scope's, so that ranges of it part them. In a file nothing is parted.
BY_NUMBER = ("passages", "vectors", "passage_bits")

SCOPES = dict.fromkeys(BY_CONVERSATION, "conversation_id") | dict.fromkeys(BY_NUMBER, "number")

# What is looked for in every conversation at once, by what, and so by an index that does not begin with it.
ACROSS = {
    "messages_person": "all that somebody said, to show or forget it",
    "messages_work": "what a work item answered and was answered; the work names the conversation",
    "messages_taken_back": "whose events may be let go",
    "deliveries_due": "the oldest part of all that is owed",
    "deliveries_work": "the parts of a work item",
    "deliveries_dropped": "work whose answer was never said",
    "deliveries_said": "what the platform names by its own id alone",
    "model_calls_time": "what was spent since then by all",
    "model_calls_work": "the calls of a work item",
    "memories_named": "what a person names by its id alone",
    "memories_teller": "all that somebody told, to show or forget it",
    "memories_core": "the card of a person, made of what is known in any scene",
    "memories_kin": "whom a person calls theirs in any scene",
    "memories_plans": "what a person plans, told in any scene",
    "memories_yearly": "what comes to mind of a person on a day, told in any scene",
    "memory_uses_memory": "the replies of other conversations too that had a memory in mind, by its own scene",
    "memory_feedback_person": "what somebody said of memories, to forget it",
    "consolidations_ran": "scenes that were not tidied for long",
}

# One small table for all scopes, and why.
SHARED = {
    "conversations": "the list of the scopes themselves",
    "scopes": "the numbers of the scopes",
    "people": "one person is the same in every conversation",
    "choices": "a person's, for a whole server",
    "opt_outs": "a person's, for everywhere",
    "memory_pauses": "a person's, for everywhere",
    "mutes": "a person's, for everywhere",
    "pairings": "a person's, before any conversation of theirs",
    "provider_keys": "a person's for everywhere, or a server's",
    "forgotten": "asked of everybody who comes",
    "personas": "written by whoever runs the bot or a server, and read in every conversation",
    "persona_versions": "as personas",
    "persona_names": "as personas",
    "prompt_versions": "as personas",
    "lore": "written for a persona or a channel, and grows with what is written",
    "lore_changes": "as lore",
    "bans": "of personas",
    "bot_turns": "a channel's, before any conversation is known",
    "bindings": "a channel's, before any conversation is known",
    "setting_changes": "in one order for everything, so that what held at a time can be read again",
    "access_rules": "a server's or the operator's, and asked before any conversation is known",
    "spending": "a sum for each day, of a person, of a server or of all",
    "reservations": "as spending, while calls run",
    "counters": "one row for each thing that is counted",
    "work": "a queue: whoever is free takes the oldest of all, and what is done is let go",
    "events": "holds no words, and is asked by the platform's id alone, before a conversation is known",
    "cursors": "a channel's, before any conversation is known",
    "alerts": "about the bot, for its owners",
    "departures": "the servers that we left",
    "markers": "about the outside",
    "drills": "about the copy",
    "schema_migrations": "about the schema",
}
