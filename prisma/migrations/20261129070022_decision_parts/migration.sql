-- CreateTable
CREATE TABLE "decision_part" (
    "organization_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_part_pkey" PRIMARY KEY ("organization_id","digest")
);
