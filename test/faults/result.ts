// What a job has come to, as hashes: of each of its model's files and of its report.

import { stringify } from 'safe-stable-stringify';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { sha256 } from '../testing/sha256.js';

/** By name of the file, and `report`; and the `tokens` that were counted. */
export type Result = Readonly<Record<string, string>>;

export async function readResult(client: LetheClient, job: Job): Promise<Result> {
  const { id, fine_tuned_model: model } = job;
  if (model === null) return {};
  const files = await client.modelFiles(model);
  const { before, after } = await client.report(id);
  return {
    ...Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)])),
    // What names the job or tells times is not in it.
    report: sha256(stringify([before, after])),
    tokens: String(job.trained_tokens),
  };
}
