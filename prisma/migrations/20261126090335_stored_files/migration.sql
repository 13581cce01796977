-- CreateTable
CREATE TABLE "stored_file" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "purpose" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "file_content" (
    "file_id" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,

    CONSTRAINT "file_content_pkey" PRIMARY KEY ("file_id")
);

-- CreateTable
CREATE TABLE "file_limit" (
    "organization_id" TEXT NOT NULL,
    "max_file_bytes" INTEGER,
    "max_total_bytes" BIGINT,
    "mime_types" TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "file_limit_pkey" PRIMARY KEY ("organization_id")
);

-- CreateIndex
CREATE INDEX "stored_file_organization_id_id_idx" ON "stored_file"("organization_id", "id");

-- CreateIndex
CREATE INDEX "stored_file_expires_at_idx" ON "stored_file"("expires_at");

-- AddForeignKey
ALTER TABLE "file_content" ADD CONSTRAINT "file_content_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_file"("id") ON DELETE CASCADE ON UPDATE CASCADE;
