-- What people plan, by its day: asked of each person who is answered.
CREATE INDEX memories_plans ON memories (teller_id, happened_at) WHERE kind = 'plan';
