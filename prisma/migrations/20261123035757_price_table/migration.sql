-- AlterTable
ALTER TABLE "attempt" ADD COLUMN     "usage_details" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "request" ADD COLUMN     "usage_details" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "price" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "meter" TEXT NOT NULL,
    "nanos_per_unit" BIGINT NOT NULL,
    "per" INTEGER NOT NULL,
    "from_input_tokens" INTEGER NOT NULL,
    "tier" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),
    "superseded_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_setting" (
    "organization_id" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "added" BOOLEAN NOT NULL,
    "context_tokens" INTEGER,
    "max_output_tokens" INTEGER,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_setting_pkey" PRIMARY KEY ("organization_id","model")
);

-- CreateTable
CREATE TABLE "cost_rerate" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "range_from" TIMESTAMPTZ(3) NOT NULL,
    "range_to" TIMESTAMPTZ(3) NOT NULL,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "cost_rerate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cost_adjustment" (
    "rerate_id" TEXT NOT NULL,
    "attempt_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "before_nanos" BIGINT NOT NULL,
    "after_nanos" BIGINT NOT NULL,
    "before_lines" JSONB NOT NULL,

    CONSTRAINT "cost_adjustment_pkey" PRIMARY KEY ("rerate_id","attempt_id")
);

-- CreateIndex
CREATE INDEX "price_organization_id_model_idx" ON "price"("organization_id", "model");

-- CreateIndex
CREATE INDEX "cost_rerate_organization_id_started_at_idx" ON "cost_rerate"("organization_id", "started_at");

-- CreateIndex
CREATE INDEX "cost_adjustment_request_id_idx" ON "cost_adjustment"("request_id");

-- AddForeignKey
ALTER TABLE "cost_adjustment" ADD CONSTRAINT "cost_adjustment_rerate_id_fkey" FOREIGN KEY ("rerate_id") REFERENCES "cost_rerate"("id") ON DELETE CASCADE ON UPDATE CASCADE;
