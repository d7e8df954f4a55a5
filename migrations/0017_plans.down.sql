DROP INDEX memories_plans;
