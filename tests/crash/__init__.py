"""The bot as a child process that is killed at a named step, and what the next start makes of it."""

# A crash costs a try; a bot that is killed over and over must have enough of them for this test's many lives.
PATIENT = {
    "TROUPE_MEMORY_TURNS": "1000",
    "TROUPE_WORK_ATTEMPTS": "20",
    "TROUPE_RETRY_WAIT_SECONDS": "0",
    "TROUPE_MODEL_CALL_SECONDS": "9",
    "TROUPE_MODEL_FIRST_TOKEN_SECONDS": "9",
    "TROUPE_MODEL_STALL_SECONDS": "9",
}
