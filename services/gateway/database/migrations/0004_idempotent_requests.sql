ALTER TABLE "jobs" ADD COLUMN "idempotency_request" text;--> statement-breakpoint
UPDATE "jobs" SET "idempotency_key" = encode(sha256(convert_to("tenant_id" || E'\n' || "idempotency_key", 'UTF8')), 'hex') WHERE "idempotency_key" IS NOT NULL;
