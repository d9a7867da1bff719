// What a request may name and a worker may lack the settings or the hardware for.

import { judges } from './judges.js';
import { precisions } from './precision.js';
import { teachers } from './teachers.js';

const offerable = { judge: judges, teacher: teachers, precision: precisions } as const;

export type OfferKind = keyof typeof offerable;
/** Names by their kind. */
export type Offers = { readonly [K in OfferKind]?: readonly (typeof offerable)[K][number][] };

/** Every name of a kind. */
export const namesOf = (kind: OfferKind): readonly string[] => offerable[kind];
