// What is asked: a few questions of the demo's sets, so that a run is its many cells.

import type { LetheClient } from '#client/lethe-client.js';
import type { RunRequestInput } from '#contracts/evaluation-runs.js';
import type { TaskName } from '#contracts/tasks.js';
import { demoRows, uploadRows } from '../testing/short-job.js';

/** Answers, likelihoods and both. */
export const askedTasks: readonly TaskName[] = [
  'unlearning',
  'first-three-words',
  'gold',
  'break-off',
  'first-word',
  'first-quarter',
  'affirmative',
  'role-play',
  'json',
  'lens',
];

const ROWS = 3;

export interface Sets {
  readonly forget: string;
  readonly retain: string;
}

export const uploadSets = async (client: LetheClient): Promise<Sets> => ({
  forget: await uploadRows(client, 'forget.jsonl', demoRows('forget', ROWS)),
  retain: await uploadRows(client, 'retain.jsonl', demoRows('retain', ROWS)),
});

/** @param shardSize rows of one piece of work: no byte may depend on it. */
export const requestOf = (
  models: readonly string[],
  tasks: readonly TaskName[],
  files: Sets,
  shardSize: number,
): RunRequestInput => ({
  models: [...models],
  tasks: [...tasks],
  files: { ...files },
  max_tokens: 12,
  shard_size: shardSize,
});
