-- What calls of models cost, and what was spent by whom.

-- Millionths of a dollar, by the price when the call was kept; tokens that the server had read before are cheaper.
ALTER TABLE model_calls ADD COLUMN cost BIGINT NOT NULL DEFAULT 0;
ALTER TABLE model_calls ADD COLUMN cached_tokens BIGINT NOT NULL DEFAULT 0;

-- What was spent on a day (days since 1970 in UTC) by 'bot', by 'guild:<platform>:<id>' and by 'person:<id>'. It is
-- counted where calls are kept, and looked at before the next one.
CREATE TABLE spending (
    subject TEXT NOT NULL,
    day     BIGINT NOT NULL,
    tokens  BIGINT NOT NULL,
    cost    BIGINT NOT NULL,
    PRIMARY KEY (subject, day)
);

-- What calls that run just now may cost at most, so that many at once stay within a budget. The holder is a piece of
-- work; what it held goes when it ends, and counts no more after the time by which it must have ended.
CREATE TABLE reservations (
    holder     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    tokens     BIGINT NOT NULL,
    cost       BIGINT NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (holder, subject)
);

CREATE INDEX reservations_subject ON reservations (subject);
