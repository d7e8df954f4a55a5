-- name: orphans
SELECT m.id
FROM memories m
WHERE m.conversation_id = :conversation_id AND m.seq > :after_seq AND m.seq <= :through_seq
  AND m.state = 'live' AND m.writer = 'model' AND m.kind <> 'summary'
  AND NOT EXISTS (
    SELECT 1 FROM memory_sources s JOIN messages x ON x.conversation_id = s.conversation_id AND x.id = s.message_id
    WHERE s.conversation_id = m.conversation_id AND s.memory_id = m.id AND x.deleted_at IS NULL)
ORDER BY m.id;

-- name: shares
-- All is read: the operator asks for this, and seldom.
SELECT c.kind AS place, m.kind, count(*) AS count, sum(CASE WHEN m.uses = 0 THEN 1 ELSE 0 END) AS unused
FROM memories m JOIN conversations c ON c.id = m.conversation_id
WHERE m.state = 'live'
GROUP BY c.kind, m.kind ORDER BY c.kind, count(*) DESC, m.kind;

-- name: health
-- CROSS JOIN keeps the order: there are few that deny another.
SELECT (SELECT count(*) FROM memories WHERE state = 'archived') AS archived,
       (SELECT count(*) FROM memories WHERE state = 'doubted') AS doubted,
       (SELECT count(DISTINCT memory_id) FROM memory_feedback WHERE verdict = 'wrong') AS called_wrong,
       (SELECT count(*) FROM memory_relations WHERE relation = 'duplicates') AS duplicates,
       (SELECT count(*) FROM memory_relations r
        CROSS JOIN memories a CROSS JOIN memories b
        WHERE a.conversation_id = r.conversation_id AND a.id = r.memory_id
          AND b.conversation_id = r.conversation_id AND b.id = r.other_id
          AND r.relation = 'contradicts' AND a.state = 'live' AND a.valid_to IS NULL
          AND b.state = 'live' AND b.valid_to IS NULL) AS contradictions,
       (SELECT count(*) FROM memories m JOIN passages p ON p.source_id = m.id
        WHERE m.state = 'live' AND p.model = '') AS unembedded,
       (SELECT min(first_at) FROM memory_news) AS oldest_new;
