// The demo's unlearning request: the sets and the recipe that come with the built-in model.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LetheClient } from '#client/lethe-client.js';
import type { JobRequestInput } from '#contracts/job-request.js';
import { projectRoot } from '#supervisor/layout.js';

export const demoModel = 'lethe-tiny';

const demoFile = (name: string): string => join(projectRoot, 'models', demoModel, 'data', name);

/** Uploads the four sets: what to forget, what to keep, and other phrasings of both to judge by. */
export async function demoRequest(client: LetheClient): Promise<JobRequestInput> {
  const upload = async (name: string) => (await client.upload(demoFile(name))).id;
  const [forget, retain, forgetEval, retainEval] = await Promise.all(
    ['forget.jsonl', 'retain.jsonl', 'forget-eval.jsonl', 'retain-eval.jsonl'].map(upload),
  );
  const recipe = JSON.parse(readFileSync(demoFile('recipe.json'), 'utf8'));
  const evaluation = { ...recipe.evaluation, forget_file: forgetEval, retain_file: retainEval };
  return {
    model: demoModel,
    training_file: forget!,
    suffix: 'demo',
    method: { type: 'unlearn', unlearn: { ...recipe, evaluation, retain_file: retain } },
  };
}
