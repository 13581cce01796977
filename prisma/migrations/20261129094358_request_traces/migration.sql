-- AlterTable
ALTER TABLE "request" ADD COLUMN     "trace_id" TEXT;

-- CreateIndex
CREATE INDEX "request_organization_id_trace_id_idx" ON "request"("organization_id", "trace_id") WHERE ("trace_id" IS NOT NULL);
