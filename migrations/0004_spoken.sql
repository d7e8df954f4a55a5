-- What is left of a reply when its work is let go: who said a message, and by which rule, so that a reply to it
-- still finds its persona. And the ways to the few events that need not be kept as long as their message.

CREATE TABLE spoken (
    platform_message_id TEXT NOT NULL,
    conversation_id     TEXT NOT NULL REFERENCES conversations (id),
    rule                TEXT NOT NULL,
    PRIMARY KEY (platform_message_id, conversation_id)
);

CREATE INDEX messages_taken_back ON messages (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX events_picked ON events (heard_at) WHERE rule = 'PICKED';
