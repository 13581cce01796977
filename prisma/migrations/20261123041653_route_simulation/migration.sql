-- AlterTable
ALTER TABLE "request" ADD COLUMN     "facts" JSONB;

-- CreateTable
CREATE TABLE "route_simulation" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "route_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "replayed" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "result" JSONB,
    "error" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "route_simulation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "route_simulation_organization_id_created_at_idx" ON "route_simulation"("organization_id", "created_at");
