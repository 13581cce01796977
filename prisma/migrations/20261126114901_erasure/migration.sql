-- AlterTable
ALTER TABLE "request" ADD COLUMN     "erased_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "stored_file" ADD COLUMN     "end_user" TEXT;

-- CreateTable
CREATE TABLE "erasure_request" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_hash" BYTEA NOT NULL,
    "subject" BYTEA,
    "reason" TEXT NOT NULL,
    "keep_aggregates" BOOLEAN NOT NULL,
    "dry_run" BOOLEAN NOT NULL,
    "status" TEXT NOT NULL,
    "progress" JSONB NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "certificate" TEXT,
    "error" TEXT,

    CONSTRAINT "erasure_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "erasure_request_organization_id_id_idx" ON "erasure_request"("organization_id", "id");

-- CreateIndex
CREATE INDEX "erasure_request_status_updated_at_idx" ON "erasure_request"("status", "updated_at");

-- CreateIndex
CREATE INDEX "request_organization_id_end_user_id_idx" ON "request"("organization_id", "end_user", "id");
