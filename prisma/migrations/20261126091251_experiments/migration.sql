-- AlterTable
ALTER TABLE "request" ADD COLUMN     "experiment_arm" TEXT,
ADD COLUMN     "experiment_id" TEXT,
ADD COLUMN     "shadow_of" TEXT;

-- CreateTable
CREATE TABLE "experiment" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "route_id" TEXT NOT NULL,
    "route_slug" TEXT NOT NULL,
    "rule" TEXT,
    "assign_by" TEXT NOT NULL,
    "arms" JSONB NOT NULL,
    "schedule" JSONB NOT NULL,
    "guardrails" JSONB NOT NULL,
    "conclusion" TEXT,
    "revision" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "experiment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "score" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "request_id" TEXT,
    "run_id" TEXT,
    "name" TEXT NOT NULL,
    "number" DOUBLE PRECISION,
    "passed" BOOLEAN,
    "category" TEXT,
    "comment" TEXT,
    "source" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "idempotency_key" TEXT,

    CONSTRAINT "score_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "experiment_status_idx" ON "experiment"("status");

-- CreateIndex
CREATE UNIQUE INDEX "experiment_organization_id_slug_key" ON "experiment"("organization_id", "slug");

-- CreateIndex
CREATE INDEX "score_organization_id_request_id_idx" ON "score"("organization_id", "request_id");

-- CreateIndex
CREATE INDEX "score_organization_id_run_id_idx" ON "score"("organization_id", "run_id");

-- CreateIndex
CREATE INDEX "score_organization_id_created_at_idx" ON "score"("organization_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "score_organization_id_created_by_idempotency_key_key" ON "score"("organization_id", "created_by", "idempotency_key");

-- CreateIndex
CREATE INDEX "request_experiment_id_started_at_idx" ON "request"("experiment_id", "started_at");
