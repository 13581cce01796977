-- CreateTable
CREATE TABLE "ledger_review" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "rebuilds" BOOLEAN NOT NULL,
    "status" TEXT NOT NULL,
    "checked" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "found" INTEGER NOT NULL,
    "discrepancies" JSONB NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_review_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ledger_review_organization_id_created_at_idx" ON "ledger_review"("organization_id", "created_at");
