-- CreateTable
CREATE TABLE "policy" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "frameworks" TEXT[],
    "replaceable" BOOLEAN NOT NULL,
    "replaces" TEXT[],
    "version" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "policy_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "rules" JSONB NOT NULL,
    "note" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("policy_id","version")
);

-- CreateTable
CREATE TABLE "policy_binding" (
    "policy_id" TEXT NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_reference" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "bound_by" TEXT NOT NULL,

    CONSTRAINT "policy_binding_pkey" PRIMARY KEY ("policy_id","scope_kind","scope_reference")
);

-- CreateIndex
CREATE UNIQUE INDEX "policy_organization_id_slug_key" ON "policy"("organization_id", "slug");

-- AddForeignKey
ALTER TABLE "policy_version" ADD CONSTRAINT "policy_version_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "policy"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_binding" ADD CONSTRAINT "policy_binding_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "policy"("id") ON DELETE CASCADE ON UPDATE CASCADE;
