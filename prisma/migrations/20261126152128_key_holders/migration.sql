-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "every_scope" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "issued_to" TEXT;

-- CreateIndex
CREATE INDEX "api_key_organization_id_issued_to_idx" ON "api_key"("organization_id", "issued_to");

-- Keys that organizations have begun with: the operator's, that of the first start, and those of organizations that a
-- key like these has founded, which had all that an admin may at the time. What is not in the audit log any more stays
-- as it is; a start with another GLIDEPATH_ADMIN_KEY gives the operator a key again that may do everything.
WITH RECURSIVE "founded" AS (
    SELECT "event"."actor_id", "change" ->> 'after' AS "key_id"
    FROM "audit_event" AS "event", jsonb_array_elements("event"."diff") AS "change"
    WHERE "event"."action" = 'organization.create' AND "event"."outcome" = 'ALLOWED'
      AND "change" -> 'path' = '["adminKey", "id"]'
), "beginning" AS (
    SELECT 'key_environment' AS "key_id"
    UNION
    SELECT "key_id" FROM "founded" WHERE "actor_id" = 'system'
    UNION
    SELECT "founded"."key_id" FROM "founded" JOIN "beginning" ON "founded"."actor_id" = "beginning"."key_id"
)
UPDATE "api_key" SET "every_scope" = true WHERE "id" IN (SELECT "key_id" FROM "beginning");

-- Who was shown which secret last, as the audit log knows it.
UPDATE "api_key" SET "issued_to" = "last"."actor_id" FROM (
    SELECT DISTINCT ON ("organization_id", "resource_id") "organization_id", "resource_id", "actor_id"
    FROM "audit_event"
    WHERE "action" IN ('apiKey.create', 'apiKey.rotate') AND "outcome" = 'ALLOWED'
    ORDER BY "organization_id", "resource_id", "at" DESC, "id" DESC
) AS "last"
WHERE "api_key"."organization_id" = "last"."organization_id" AND "api_key"."id" = "last"."resource_id"
  AND "last"."actor_id" <> 'system';
