ALTER TABLE "evaluation_run_cells" ADD COLUMN "is_shown" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluation_run_cells" DROP CONSTRAINT "evaluation_run_cells_run_id_place_pk";--> statement-breakpoint
ALTER TABLE "evaluation_run_cells" ADD CONSTRAINT "evaluation_run_cells_run_id_place_is_shown_pk" PRIMARY KEY("run_id","place","is_shown");--> statement-breakpoint
ALTER TABLE "evaluation_cells" ADD COLUMN "answers_id" text;--> statement-breakpoint
ALTER TABLE "evaluation_cells" ADD CONSTRAINT "evaluation_cells_answers_id_evaluation_cells_id_fk" FOREIGN KEY ("answers_id") REFERENCES "public"."evaluation_cells"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evaluation_cells_answers" ON "evaluation_cells" USING btree ("answers_id");
