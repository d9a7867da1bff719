// The rows of a benchmark's table: each system is asked, what it answers is written beside the others'
// answers, and measured against those of the first.

import { join } from 'node:path';
import { first } from '#collections/items.js';
import { required } from '#collections/required.js';
import type { HallucinationReport } from '../../cli/hallucination/report.js';
import { askAll } from './ask-all.js';
import type { Harness } from './harness.js';
import { writeLines } from './lines.js';
import type { Question } from './question.js';
import type { Row } from './table.js';

interface Benchmark<Q extends Question> {
  readonly questions: readonly Q[];
  /** Of the systems' answers, a file each. */
  readonly folder: string;
  /** As the file has it. */
  lineOf(question: Q, answer: string): object;
  /** @param files of answers; the first system has no baseline. */
  report(files: { answers: string; baseline?: string }): Promise<HallucinationReport>;
}

export async function measuredSystems<Q extends Question>(
  { client, asked, systems, coco, folder: own }: Harness,
  { questions, folder, lineOf, report }: Benchmark<Q>,
): Promise<Row[]> {
  const fileOf = (id: string): string => join(folder, `${id}.jsonl`);
  const rows: Row[] = [];
  for (const system of systems) {
    // What a system has said is kept for all that asks it the same.
    const kept = join(own, 'kept', `${system.id}.jsonl`);
    const said = await askAll(client, asked, system, questions, coco, kept);
    const answers = fileOf(system.id);
    await writeLines(
      answers,
      questions.map((question) => lineOf(question, required(said, question.id))),
    );
    const baseline = rows.length > 0 ? fileOf(first(systems).id) : undefined;
    rows.push({ system, report: await report({ answers, ...(baseline && { baseline }) }) });
  }
  return rows;
}
