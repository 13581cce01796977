-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "documents" TEXT NOT NULL DEFAULT 'ANY';

-- CreateTable
CREATE TABLE "stored_operation" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stored_operation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "stored_operation_organization_id_name_key" ON "stored_operation"("organization_id", "name");
