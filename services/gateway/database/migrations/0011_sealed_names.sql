CREATE TABLE "name_keys" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"space" text NOT NULL,
	"next" text,
	"is_stale" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tenants" DROP CONSTRAINT "tenants_name_unique";--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "name_hash" text;--> statement-breakpoint
CREATE UNIQUE INDEX "tenants_name" ON "tenants" USING btree ("name_hash") WHERE name_hash IS NOT NULL;