// A run's results as folders that other tools read: one per model, for its owner alone.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationRun } from '#client/types.js';
import { zip } from '#collections/zip.js';
import { sanitizedName } from '#contracts/evaluation-runs.js';
import { writeFileAtomic } from '#supervisor/atomic-file.js';
import { note } from './output.js';

export const exports = { 'lm-eval': lmEval, 'open-unlearning': openUnlearning } as const;
export type ExportName = keyof typeof exports;

export async function writeExports(
  client: LetheClient,
  id: string,
  name: ExportName,
  out: string,
): Promise<void> {
  const run = await client.run(id);
  for (const [model, folderName] of zip(run.models, folderNames(run.models))) {
    const folder = join(out, folderName);
    mkdirSync(folder, { recursive: true });
    await exports[name](client, run, model, (file, text) =>
      writeFileAtomic(join(folder, file), text, 0o600),
    );
  }
  note(`${run.models.length} models are in ${out}`);
}

/** As lm-evaluation-harness names them; of models that would share one the later have a number. */
export function folderNames(models: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return models.map((model) => {
    const name = sanitizedName(model);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}~${count}`;
  });
}

type Write = (file: string, text: string) => void;

/** With the names that lm-evaluation-harness looks for. */
async function lmEval(
  client: LetheClient,
  { id, created_at: at }: EvaluationRun,
  model: string,
  write: Write,
): Promise<void> {
  const results = await (await client.runExport(id, 'lm-eval', { model })).text();
  const date = new Date(at * 1000).toISOString().replace('Z', '').replaceAll(':', '-');
  write(`results_${date}.json`, results);
  const { configs } = JSON.parse(results) as { configs: object };
  for (const [index, task] of Object.keys(configs).entries()) {
    const samples = await client.runExport(id, 'lm-eval-samples', { model, task_index: index });
    write(`samples_${task}_${date}.jsonl`, await samples.text());
  }
}

async function openUnlearning(
  client: LetheClient,
  { id }: EvaluationRun,
  model: string,
  write: Write,
): Promise<void> {
  const log = await (await client.runExport(id, 'open-unlearning', { model })).text();
  write('TOFU_EVAL.json', log);
  const metrics = Object.entries(JSON.parse(log) as Record<string, { agg_value: number }>);
  const summary = Object.fromEntries(metrics.map(([name, { agg_value: value }]) => [name, value]));
  write('TOFU_SUMMARY.json', `${JSON.stringify(summary, null, 2)}\n`);
}
