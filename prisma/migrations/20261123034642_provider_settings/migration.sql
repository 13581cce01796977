-- AlterTable
ALTER TABLE "credential" ADD COLUMN     "weight" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "provider" ADD COLUMN     "settings" JSONB NOT NULL DEFAULT '{}';
