-- AlterTable
ALTER TABLE "content" ADD COLUMN     "gone_at" TIMESTAMPTZ(3);
