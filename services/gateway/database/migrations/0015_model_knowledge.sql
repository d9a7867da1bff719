ALTER TABLE "models" ADD COLUMN "knowledge_base_id" text;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "grounding" jsonb;