// What a request may name and a worker may lack the settings or the hardware for.

import { judges } from './judges.js';
import { precisions } from './precision.js';
import { teachers } from './teachers.js';

const offerable = { judge: judges, teacher: teachers, precision: precisions } as const;

export type OfferKind = keyof typeof offerable;
type Offer<N> = N | { readonly name: N; readonly model: string };
/** Names by their kind; with what stands behind one in the worker's settings, as one hash. */
export type Offers = {
  readonly [K in OfferKind]?: readonly Offer<(typeof offerable)[K][number]>[];
};

/** Every name of a kind. */
export const namesOf = (kind: OfferKind): readonly string[] => offerable[kind];
