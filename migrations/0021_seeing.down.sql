DROP INDEX memory_feedback_given;
DROP INDEX messages_said;
