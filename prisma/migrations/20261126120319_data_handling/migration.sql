-- AlterTable
ALTER TABLE "provider" ADD COLUMN     "data_handling" JSONB;
