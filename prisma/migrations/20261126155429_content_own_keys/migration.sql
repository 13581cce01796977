-- AlterTable
ALTER TABLE "content" ADD COLUMN     "own_key" BOOLEAN NOT NULL DEFAULT false;
