-- AlterTable
ALTER TABLE "request" ADD COLUMN     "verdicts" JSONB NOT NULL DEFAULT '[]';
