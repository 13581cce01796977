-- Few calls have an end user, a run or an experiment, settlements ask the ledger only for what sweepers guessed, and holds of
-- one owner are looked for once he has been dead for an hour: every other row had an entry for nothing.

-- DropIndex
DROP INDEX "budget_hold_owner_idx";

-- DropIndex
DROP INDEX "ledger_entry_hold_id_idx";

-- DropIndex
DROP INDEX "request_experiment_id_started_at_idx";

-- DropIndex
DROP INDEX "request_organization_id_end_user_id_idx";

-- DropIndex
DROP INDEX "request_organization_id_run_id_started_at_idx";

-- CreateIndex
CREATE INDEX "ledger_entry_hold_id_idx" ON "ledger_entry"("hold_id") WHERE (kind = ANY (ARRAY['expire'::text, 'adjust'::text]));

-- CreateIndex
CREATE INDEX "request_experiment_id_started_at_idx" ON "request"("experiment_id", "started_at") WHERE ("experiment_id" IS NOT NULL);

-- CreateIndex
CREATE INDEX "request_organization_id_end_user_id_idx" ON "request"("organization_id", "end_user", "id") WHERE ("end_user" IS NOT NULL);

-- CreateIndex
CREATE INDEX "request_organization_id_run_id_started_at_idx" ON "request"("organization_id", "run_id", "started_at") WHERE ("run_id" IS NOT NULL);
