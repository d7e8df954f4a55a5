-- What people are called is asked for before every reply, among all that is known of a scene.
CREATE INDEX memories_namings ON memories (conversation_id) WHERE topic IN ('name', 'nickname');
