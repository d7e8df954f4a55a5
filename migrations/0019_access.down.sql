DROP TABLE bot_turns;
DROP TABLE pairings;
DROP TABLE mutes;
DROP TABLE access_rules;
