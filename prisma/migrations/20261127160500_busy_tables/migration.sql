-- Few holds are updated where they lie now: those of retries. They come and go thousands of times a second; a file that is
-- cut short whenever none is there has to grow anew, under statements that were planned while it was short.
ALTER TABLE "budget_hold" SET (fillfactor = 100, vacuum_truncate = off);

-- As many rows die here as calls are made: not to wait until that is a fifth of a large table.
ALTER TABLE "idempotency_key" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
ALTER TABLE "agent_run" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
