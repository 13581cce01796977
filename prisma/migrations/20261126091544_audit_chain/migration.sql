-- AlterTable
ALTER TABLE "audit_event" ADD COLUMN     "hash" BYTEA,
ADD COLUMN     "outcome" TEXT NOT NULL DEFAULT 'ALLOWED',
ADD COLUMN     "prev_hash" BYTEA,
ADD COLUMN     "seq" BIGINT;

-- CreateTable
CREATE TABLE "audit_head" (
    "organization_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "organization_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "signature" BYTEA NOT NULL,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("organization_id","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_organization_id_seq_key" ON "audit_event"("organization_id", "seq");
