-- AlterTable: runs from before have ids that sort before all later ones, by their start.
ALTER TABLE "agent_run" ADD COLUMN     "id" TEXT;
UPDATE "agent_run" SET "id" = 'agr_00' || to_char("started_at" AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS') || md5("project_id" || ' ' || "run_id");
ALTER TABLE "agent_run" ALTER COLUMN "id" SET NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "agent_run_id_key" ON "agent_run"("id");

-- CreateIndex
CREATE INDEX "agent_run_organization_id_id_idx" ON "agent_run"("organization_id", "id");
