-- CreateTable
CREATE TABLE "content" (
    "request_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "route_slug" TEXT,
    "level" TEXT NOT NULL,
    "subject" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "sealed" BYTEA,
    "gone" TEXT,
    "gone_policy" TEXT,

    CONSTRAINT "content_pkey" PRIMARY KEY ("request_id")
);

-- CreateTable
CREATE TABLE "content_key" (
    "organization_id" TEXT NOT NULL,
    "subject" BYTEA NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "content_key_pkey" PRIMARY KEY ("organization_id","subject")
);

-- CreateIndex
CREATE INDEX "content_organization_id_at_idx" ON "content"("organization_id", "at");

-- CreateIndex
CREATE INDEX "content_organization_id_subject_idx" ON "content"("organization_id", "subject");
