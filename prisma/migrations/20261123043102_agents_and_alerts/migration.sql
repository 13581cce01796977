-- CreateTable
CREATE TABLE "agent_limit" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_reference" TEXT NOT NULL,
    "max_steps" INTEGER,
    "max_cost_nanos" BIGINT,
    "max_duration_ms" BIGINT,
    "max_tool_calls" INTEGER,
    "max_identical_steps" INTEGER,
    "max_prompt_tokens" INTEGER,
    "on_limit" TEXT NOT NULL,
    "downgrade_route" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agent_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_run" (
    "organization_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "agent" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_activity_at" TIMESTAMPTZ(3) NOT NULL,
    "steps" INTEGER NOT NULL,
    "tool_calls" INTEGER NOT NULL,
    "cost_nanos" BIGINT NOT NULL,
    "recent" JSONB NOT NULL,
    "repeats" INTEGER NOT NULL,
    "repeated" TEXT,
    "repeated_since" INTEGER,
    "stopped_at" TIMESTAMPTZ(3),
    "stopped_by" TEXT,

    CONSTRAINT "agent_run_pkey" PRIMARY KEY ("project_id","run_id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "scope_kind" TEXT,
    "scope_reference" TEXT,
    "facts" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "acknowledge_comment" TEXT,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_channel" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "summary" TEXT NOT NULL,
    "kinds" TEXT[],
    "min_severity" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_delivery" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_at" TIMESTAMPTZ(3),
    "http_status" INTEGER,
    "duration_ms" INTEGER,
    "response" TEXT,

    CONSTRAINT "alert_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "anomaly_watch" (
    "organization_id" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "sensitivity" DOUBLE PRECISION NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "anomaly_watch_pkey" PRIMARY KEY ("organization_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "agent_limit_organization_id_scope_kind_scope_reference_key" ON "agent_limit"("organization_id", "scope_kind", "scope_reference");

-- CreateIndex
CREATE INDEX "agent_run_organization_id_run_id_idx" ON "agent_run"("organization_id", "run_id");

-- CreateIndex
CREATE INDEX "alert_organization_id_seq_idx" ON "alert"("organization_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "alert_organization_id_key_key" ON "alert"("organization_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "alert_channel_organization_id_name_key" ON "alert_channel"("organization_id", "name");

-- CreateIndex
CREATE INDEX "alert_delivery_next_at_idx" ON "alert_delivery"("next_at");

-- CreateIndex
CREATE INDEX "alert_delivery_channel_id_id_idx" ON "alert_delivery"("channel_id", "id");

-- AddForeignKey
ALTER TABLE "alert_delivery" ADD CONSTRAINT "alert_delivery_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "alert_channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;
