-- Who has their memory paused: what they say meanwhile is answered, and neither remembered nor recalled later. By who
-- they are on the platform, so that it holds as well once they are forgotten.

CREATE TABLE memory_pauses (
    platform    TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    begun_at    BIGINT NOT NULL,
    PRIMARY KEY (platform, platform_id)
);
