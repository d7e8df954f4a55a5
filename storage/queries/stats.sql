-- name: messages
-- Here and below: of one guild, or where that is '' of one channel, with one persona or all ('').
-- What people and personas said since then, by day (UTC) and persona, without what was taken back.
SELECT m.said_at / 86400000 AS day, p.display_name AS persona,
       sum(CASE m.role WHEN 'person' THEN 1 ELSE 0 END) AS heard,
       sum(CASE m.role WHEN 'persona' THEN 1 ELSE 0 END) AS said
FROM conversations c JOIN messages m ON m.conversation_id = c.id JOIN personas p ON p.id = c.persona_id
WHERE c.platform = :platform AND c.guild_id = :guild_id AND :channel_id IN ('', c.channel_id)
  AND :persona IN ('', p.name) AND m.said_at >= :since AND m.deleted_at IS NULL
GROUP BY 1, 2 ORDER BY 1, 2;

-- name: people
-- How many people said something, together ('') and to each persona.
WITH spoke AS (
    SELECT DISTINCT p.display_name AS persona, m.person_id
    FROM conversations c JOIN messages m ON m.conversation_id = c.id JOIN personas p ON p.id = c.persona_id
    WHERE c.platform = :platform AND c.guild_id = :guild_id AND :channel_id IN ('', c.channel_id)
      AND :persona IN ('', p.name) AND m.said_at >= :since AND m.deleted_at IS NULL AND m.person_id IS NOT NULL)
SELECT '' AS name, count(DISTINCT t.person_id) AS count FROM spoke t
UNION ALL
SELECT t.persona, count(*) FROM spoke t GROUP BY t.persona
ORDER BY 1;

-- name: memories
-- What was learnt since then and is kept still; what tidying sums up is nothing new.
SELECT p.display_name AS name, count(*) AS count
FROM conversations c JOIN memories r ON r.conversation_id = c.id JOIN personas p ON p.id = c.persona_id
WHERE c.platform = :platform AND c.guild_id = :guild_id AND :channel_id IN ('', c.channel_id)
  AND :persona IN ('', p.name) AND r.recorded_at >= :since AND r.kind <> 'summary'
GROUP BY p.display_name ORDER BY 1;

-- name: votes
-- What people last said of memories, where they said it since then.
SELECT p.display_name AS persona, sum(CASE f.verdict WHEN 'helpful' THEN 1 ELSE 0 END) AS helpful,
       sum(CASE f.verdict WHEN 'wrong' THEN 1 ELSE 0 END) AS wrong
FROM memory_feedback f JOIN memories r ON r.conversation_id = f.conversation_id AND r.id = f.memory_id
JOIN conversations c ON c.id = r.conversation_id JOIN personas p ON p.id = c.persona_id
WHERE c.platform = :platform AND c.guild_id = :guild_id AND :channel_id IN ('', c.channel_id)
  AND :persona IN ('', p.name) AND f.given_at >= :since
GROUP BY p.display_name ORDER BY 1;

-- name: times
-- From hearing the first message to having said all of its reply: the shortest time in which half, and 95 in 100, of
-- the replies were there; together, by the day of the message, and by persona.
WITH replied AS (
    SELECT p.display_name AS persona, min(e.heard_at) / 86400000 AS day, max(d.sent_at) - min(e.heard_at) AS took
    FROM conversations c JOIN messages m ON m.conversation_id = c.id JOIN personas p ON p.id = c.persona_id
    JOIN events e ON e.platform = c.platform AND e.client_message_id = m.client_message_id
    JOIN deliveries d ON d.conversation_id = m.conversation_id AND d.work_id = m.work_id AND d.last_part = 1
      AND d.state = 'sent'
    WHERE c.platform = :platform AND c.guild_id = :guild_id AND :channel_id IN ('', c.channel_id)
      AND :persona IN ('', p.name) AND m.said_at >= :since AND m.role = 'person'
    GROUP BY m.work_id, p.display_name
), spread AS (
    SELECT '' AS kind, '' AS name, t.took FROM replied t
    UNION ALL
    SELECT 'day', CAST(t.day AS TEXT), t.took FROM replied t
    UNION ALL
    SELECT 'persona', t.persona, t.took FROM replied t
), ranked AS (
    SELECT t.kind, t.name, t.took, row_number() OVER (PARTITION BY t.kind, t.name ORDER BY t.took) AS place,
           count(*) OVER (PARTITION BY t.kind, t.name) AS replies
    FROM spread t
)
SELECT t.kind, t.name, t.replies, max(CASE WHEN t.place = (t.replies * 50 + 99) / 100 THEN t.took END) AS half,
       max(CASE WHEN t.place = (t.replies * 95 + 99) / 100 THEN t.took END) AS most
FROM ranked t GROUP BY t.kind, t.name, t.replies ORDER BY t.kind, t.name;

-- name: trending
-- What people said to each persona since then and, as earlier, from before until then.
SELECT p.name, sum(CASE WHEN m.said_at >= :since THEN 1 ELSE 0 END) AS lately,
       sum(CASE WHEN m.said_at < :since THEN 1 ELSE 0 END) AS earlier,
       count(DISTINCT CASE WHEN m.said_at >= :since THEN m.person_id END) AS people
FROM conversations c JOIN messages m ON m.conversation_id = c.id JOIN personas p ON p.id = c.persona_id
WHERE c.platform = :platform AND c.guild_id = :guild_id AND :channel_id IN ('', c.channel_id)
  AND m.said_at >= :before AND m.role = 'person' AND m.deleted_at IS NULL
GROUP BY p.name ORDER BY 2 DESC, 3 DESC, 1;
