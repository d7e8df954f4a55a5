-- What people told one persona another may know as well, where that is set; nothing is kept differently for it.

-- Who may come to know a memory, and nobody else: the audience is a conversation, and where person_id is not '' only
-- while it is held with that person; where shared is 1 only if the personas of that place share what they are told.
-- Whoever reads memories for people goes through this view. What is added to a guild_id keeps its index out of it: a
-- channel is found sooner by its own, and all direct conversations have the same guild_id.
DROP VIEW memory_audiences;
CREATE VIEW memory_audiences AS
-- Those it was said before.
SELECT m.id AS memory_id, m.conversation_id AS audience_id, '' AS person_id, 0 AS shared
FROM memories m
UNION ALL
-- The same people with another persona; what a persona says of itself is never another's.
SELECT m.id, a.id, '', 1
FROM conversations a
JOIN conversations s ON s.platform = a.platform AND s.channel_id = a.channel_id AND s.persona_id <> a.persona_id
JOIN memories m ON m.conversation_id = s.id
WHERE s.guild_id || '' = a.guild_id AND s.kind = a.kind AND m.subject_kind <> 'persona'
UNION ALL
-- A thread's people see its channel as well; the channel's people need not see the thread.
SELECT m.id, a.id, '', CASE WHEN s.persona_id = a.persona_id THEN 0 ELSE 1 END
FROM conversations a
JOIN conversations s ON s.platform = a.platform AND s.channel_id = a.parent_id
JOIN memories m ON m.conversation_id = s.id
WHERE a.kind = 'thread' AND s.guild_id || '' = a.guild_id AND a.guild_id <> ''
  AND (s.persona_id = a.persona_id OR m.subject_kind <> 'persona')
UNION ALL
-- What somebody with the right to do so opened to the whole guild.
SELECT m.id, a.id, '', CASE WHEN s.persona_id = a.persona_id THEN 0 ELSE 1 END
FROM conversations a
JOIN conversations s ON s.guild_id = a.guild_id AND s.platform = a.platform
JOIN memories m ON m.conversation_id = s.id
WHERE a.guild_id <> '' AND s.channel_id <> a.channel_id AND m.reach = 'guild'
  AND (a.kind <> 'thread' OR s.channel_id <> a.parent_id)
  AND (s.persona_id = a.persona_id OR m.subject_kind <> 'persona')
UNION ALL
-- In their direct conversation people are reminded of what they told the persona themselves in guilds.
SELECT m.id, a.id, m.teller_id, 0
FROM memories m
JOIN conversations s ON s.id = m.conversation_id
JOIN conversations a ON a.platform = s.platform AND a.persona_id = s.persona_id
WHERE a.kind = 'dm' AND a.guild_id = '' AND s.guild_id <> '' AND m.teller_id IS NOT NULL;
