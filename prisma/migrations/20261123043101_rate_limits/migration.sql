-- CreateTable
CREATE TABLE "rate_limit" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_reference" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "window_ms" INTEGER NOT NULL,
    "when_unavailable" TEXT NOT NULL,
    "local_share_percent" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "rate_limit_organization_id_scope_kind_scope_reference_metri_key" ON "rate_limit"("organization_id", "scope_kind", "scope_reference", "metric", "window_ms");
