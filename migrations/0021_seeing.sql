-- What was said and voted in a time is found without reading what came before it.
CREATE INDEX messages_said ON messages (conversation_id, said_at);
CREATE INDEX memory_feedback_given ON memory_feedback (given_at);
