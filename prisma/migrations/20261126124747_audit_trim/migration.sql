-- CreateTable
CREATE TABLE "audit_trim" (
    "organization_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "signature" BYTEA NOT NULL,

    CONSTRAINT "audit_trim_pkey" PRIMARY KEY ("organization_id")
);
