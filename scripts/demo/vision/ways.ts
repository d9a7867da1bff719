// The rows of the demo's tables: which model answers, and how its tokens are chosen.

import { systemsNamed, type System } from '../../../benchmarks/hallucination/systems.js';

export const model = 'lethe-tiny-vl';
export const priorModel = 'lethe-tiny-vl-prior';

export interface Way extends System {
  readonly model: string;
}

/** The layers before those two that the prior was tuned into, as DeCo's paper supposes; alpha its own. */
const settings = { layers: [5, 6], alpha: 0.6, seed: 0 } as const;

/** The first is what the others are held against. */
export const ways: readonly Way[] = [
  ...systemsNamed('greedy,mask,deco', settings).map((system) => ({
    ...system,
    name: `prior, ${system.id === 'mask' ? 'alpha 0' : system.name}`,
    model: priorModel,
  })),
  { id: 'plain', name: 'no prior, greedy', fields: { temperature: 0 }, model },
];

/** Wherever the figures are shown. */
export const fixtureNote =
  'lethe-tiny-vl is made for the mechanism: it sees, and its last two layers were tuned to name what is usual in a place. Its figures show that decoding does what the paper says, not that it helps models of the wild.';
