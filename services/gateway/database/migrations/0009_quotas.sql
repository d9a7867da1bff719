CREATE TABLE "usage" (
	"tenant_id" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"metric" text NOT NULL,
	"amount" double precision NOT NULL,
	CONSTRAINT "usage_tenant_id_hour_metric_pk" PRIMARY KEY("tenant_id","hour","metric")
);
--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "stored_bytes" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "stored_bytes" bigint;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "stored_bytes" bigint;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "quotas" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "usage" ADD CONSTRAINT "usage_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "jobs_waiting" ON "jobs" USING btree ("tenant_id","seq") WHERE status = 'queued' AND NOT flow_open;
--> statement-breakpoint
UPDATE "files" SET "stored_bytes" = "bytes";