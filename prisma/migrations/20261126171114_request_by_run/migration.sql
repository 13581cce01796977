-- CreateIndex
CREATE INDEX "request_organization_id_run_id_started_at_idx" ON "request"("organization_id", "run_id", "started_at");
