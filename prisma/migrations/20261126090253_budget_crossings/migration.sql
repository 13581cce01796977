-- CreateTable
CREATE TABLE "budget_crossing" (
    "account_id" TEXT NOT NULL,
    "threshold_percent" DOUBLE PRECISION NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "posted_nanos" BIGINT NOT NULL,
    "limit_nanos" BIGINT NOT NULL,
    "told" BOOLEAN NOT NULL,

    CONSTRAINT "budget_crossing_pkey" PRIMARY KEY ("account_id","threshold_percent")
);

-- CreateIndex
CREATE INDEX "budget_crossing_told_idx" ON "budget_crossing"("told");
