-- CreateTable
CREATE TABLE "budget" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_ref" TEXT NOT NULL,
    "limit_nanos" BIGINT NOT NULL,
    "period" TEXT NOT NULL,
    "timezone" TEXT NOT NULL,
    "thresholds_percent" DOUBLE PRECISION[],
    "on_exceed" TEXT NOT NULL,
    "downgrade_route" TEXT,
    "revision" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "budget_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_account" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "budget_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "period_end" TIMESTAMPTZ(3),
    "limit_nanos" BIGINT NOT NULL,
    "posted_nanos" BIGINT NOT NULL,
    "reserved_nanos" BIGINT NOT NULL,

    CONSTRAINT "budget_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_hold" (
    "id" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "accounts" TEXT[],
    "held_nanos" BIGINT NOT NULL,
    "worst_nanos" BIGINT NOT NULL,
    "sent" BOOLEAN NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "budget_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_owner" (
    "id" TEXT NOT NULL,
    "alive_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "budget_owner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "hold_id" TEXT,
    "reserved_nanos" BIGINT NOT NULL,
    "posted_nanos" BIGINT NOT NULL,
    "limit_nanos" BIGINT NOT NULL,
    "estimated" BOOLEAN NOT NULL,
    "overrun" BOOLEAN NOT NULL,
    "reason" TEXT,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "budget_organization_id_slug_key" ON "budget"("organization_id", "slug");

-- CreateIndex
CREATE INDEX "budget_account_budget_id_period_start_idx" ON "budget_account"("budget_id", "period_start");

-- CreateIndex
CREATE INDEX "budget_hold_owner_idx" ON "budget_hold"("owner");

-- CreateIndex
CREATE INDEX "ledger_entry_account_id_at_idx" ON "ledger_entry"("account_id", "at");

-- CreateIndex
CREATE INDEX "ledger_entry_hold_id_idx" ON "ledger_entry"("hold_id");

-- The ledger is only ever appended to: whoever wants to change the past hears of it here.
CREATE FUNCTION "refuse_ledger_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger_entry is append-only';
END
$$;

CREATE TRIGGER "ledger_entry_append_only" BEFORE UPDATE OR DELETE ON "ledger_entry"
FOR EACH STATEMENT EXECUTE FUNCTION "refuse_ledger_change"();

-- Holds and accounts are updated in place, thousands of times a second: room for the new version on the same page.
ALTER TABLE "budget_account" SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE "budget_hold" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
