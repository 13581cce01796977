-- AlterTable
ALTER TABLE "export_job" ADD COLUMN     "begun" INTEGER NOT NULL DEFAULT 1;
