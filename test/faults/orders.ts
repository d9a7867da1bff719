// The jobs that are ordered: short ones of few kinds, so that each kind has a reference.

import type { LetheClient } from '#client/lethe-client.js';
import type { JobRequestInput } from '#contracts/job-request.js';
import type { Random } from '../fuzz/random.js';
import { demoRows, model, uploadRows } from '../testing/short-job.js';

export interface Order {
  readonly kind: Kind;
  readonly seed: number;
  /** When it is placed, in ms. */
  readonly at: number;
}

export interface Sets {
  readonly forget: string;
  readonly retain: string;
}

/** Two checkpoints, one of which is in the middle. */
const hyperparameters = { n_epochs: 1, max_steps: 2, batch_size: 2, learning_rate: 0.001 };
const evaluation = { judge: 'lexical', limit: 1, shard_size: 1, max_tokens: 4 } as const;

const kinds = {
  /** Training alone. */
  supervised: () => ({ type: 'supervised', supervised: { hyperparameters } }),
  /** Evaluated before and after. */
  npo: ({ retain }) => ({
    type: 'unlearn',
    unlearn: { objective: 'npo', retain_file: retain, hyperparameters, evaluation },
  }),
  /** With every stage that there is. */
  relearn: ({ retain }) => ({
    type: 'unlearn',
    unlearn: { objective: 'relearn', retain_file: retain, hyperparameters, evaluation },
  }),
} satisfies Record<string, (sets: Sets) => JobRequestInput['method']>;
export type Kind = keyof typeof kinds;
export const unlearning: readonly Kind[] = ['npo', 'relearn'];

const seeds = [1, 2];
/** Most of the jobs are the shortest ones. */
const mix: readonly Kind[] = [
  'supervised',
  'supervised',
  'supervised',
  'supervised',
  'npo',
  'relearn',
];

/** @param within ms, at random times of which they are placed. */
export const drawOrders = (random: Random, count: number, within: number): Order[] =>
  Array.from({ length: count }, () => ({
    kind: random.pick(mix),
    seed: random.pick(seeds),
    at: random.below(within),
  }));

/** One of each kind and seed. */
export const everyOrder = (): Order[] =>
  (Object.keys(kinds) as Kind[]).flatMap((kind) => seeds.map((seed) => ({ kind, seed, at: 0 })));

export const nameOf = ({ kind, seed }: Order): string => `${kind}, seed ${seed}`;

export async function uploadSets(client: LetheClient): Promise<Sets> {
  const forget = await uploadRows(client, 'forget.jsonl', demoRows('forget', 4));
  return { forget, retain: await uploadRows(client, 'retain.jsonl', demoRows('retain', 4)) };
}

export const requestOf = ({ kind, seed }: Order, sets: Sets): JobRequestInput => ({
  model,
  training_file: sets.forget,
  seed,
  method: kinds[kind](sets),
});
