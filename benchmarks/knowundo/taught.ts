// A model that was taught one of the sets, on a running platform: what recipes unlearn from, and their
// reference.

import { join } from 'node:path';
import type { LetheClient } from '#client/lethe-client.js';
import { projectRoot } from '#supervisor/layout.js';
import { jobOnce } from '../job-once.js';
import type { Options } from '../lethe.js';

/** The settings of one run of a benchmark. */
export interface Run {
  readonly client: LetheClient;
  /** Suffixes of its jobs begin with it. */
  readonly name: string;
  /** The model that is taught. */
  readonly model: string;
  /** Folder of the prepared sets. */
  readonly sets: string;
  /** Of every training, where not as the recipes have it: to see the command run through. */
  readonly epochs: string | undefined;
}

export const recipe = (name: string): string =>
  join(projectRoot, 'benchmarks/knowundo', `${name}.json`);

export const setOf = ({ sets }: Run, name: string): string => join(sets, `${name}.jsonl`);

/** With the settings in it: a run with others is another one. */
export const suffixOf = ({ name, epochs }: Run, job: string): string =>
  [name, job, ...(epochs === undefined ? [] : [`e${epochs}`])].join('-');

export const trainingOf = ({ epochs }: Run): Options => ({
  precision: 'int8',
  ...(epochs === undefined ? {} : { epochs }),
});

/** @returns its name; what an earlier run has taught is not taught again. */
export async function taught(run: Run, set: string): Promise<string> {
  const told = `teaching ${run.model} the set ${set}`;
  const job = await jobOnce(run.client, suffixOf(run, set), told, 'finetune', {
    model: run.model,
    data: setOf(run, set),
    recipe: recipe('finetune'),
    ...trainingOf(run),
  });
  return job.fine_tuned_model!;
}
