CREATE TABLE "artifact_references" (
	"tenant_id" text NOT NULL,
	"space" text NOT NULL,
	"owner_kind" text NOT NULL,
	"owner_id" text NOT NULL,
	"expires_at" timestamp with time zone,
	CONSTRAINT "artifact_references_tenant_id_space_owner_kind_owner_id_pk" PRIMARY KEY("tenant_id","space","owner_kind","owner_id")
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "adapter_space" text;--> statement-breakpoint
ALTER TABLE "artifact_references" ADD CONSTRAINT "artifact_references_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "artifact_references_owner" ON "artifact_references" USING btree ("tenant_id","owner_kind","owner_id");