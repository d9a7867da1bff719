ALTER TABLE "jobs" ADD COLUMN "words" text;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "name" text;