// A small unlearning request on the built-in model: a few rows of its demo sets, a few steps.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFile } from 'openai';
import type { LetheClient } from '#client/lethe-client.js';
import type { UnlearningEvaluation } from '#contracts/evaluation.js';
import type { JobRequestInput } from '#contracts/job-request.js';
import { projectRoot } from '#supervisor/layout.js';

export const model = 'lethe-tiny';

/** The first rows of one of the demo's sets. */
export function demoRows(
  name: 'forget' | 'retain' | 'forget-eval' | 'retain-eval',
  count: number,
): { question: string; answer: string }[] {
  const path = join(projectRoot, 'models', model, 'data', `${name}.jsonl`);
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, count);
  return lines.map((line) => JSON.parse(line) as { question: string; answer: string });
}

export const jsonLines = (rows: readonly unknown[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');

export async function uploadRows(
  client: LetheClient,
  name: string,
  rows: readonly unknown[],
): Promise<string> {
  const file = await client.openai.files.create({
    file: await toFile(Buffer.from(jsonLines(rows)), name),
    purpose: 'fine-tune',
  });
  return file.id;
}

/** Uploads the sets and returns the request. @param steps of training. */
export async function shortJob(
  client: LetheClient,
  steps: number,
  evaluation: Partial<UnlearningEvaluation> = {},
): Promise<JobRequestInput> {
  const [forget, retain] = await Promise.all([
    uploadRows(client, 'forget.jsonl', demoRows('forget', 12)),
    uploadRows(client, 'retain.jsonl', demoRows('retain', 24)),
  ]);
  return {
    model,
    training_file: forget,
    suffix: 'short',
    seed: 7,
    method: {
      type: 'unlearn',
      unlearn: {
        objective: 'relearn',
        retain_file: retain,
        hyperparameters: { n_epochs: 100, max_steps: steps, batch_size: 4, learning_rate: 0.001 },
        evaluation: { limit: 8, shard_size: 4, max_tokens: 32, ...evaluation },
      },
    },
  };
}
