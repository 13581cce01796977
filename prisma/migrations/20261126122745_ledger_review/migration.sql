-- AlterTable
ALTER TABLE "budget_account" ADD COLUMN     "overrun_nanos" BIGINT NOT NULL DEFAULT 0;

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

-- What accounts have that were there before the column.
UPDATE "budget_account" a SET "overrun_nanos" = sums.overrun
FROM (SELECT "account_id", sum("posted_nanos" + "reserved_nanos") AS overrun
      FROM "ledger_entry" WHERE "overrun" GROUP BY "account_id") AS sums
WHERE a."id" = sums."account_id";
