// Names and numbers of a text with what of their spelling is compared.

import { MATCH_SIMILARITY } from '../knowledge.js';
import { likeness, type Spelling, spellingOf } from './similarity.js';

export interface SpeltEntity {
  readonly text: string;
  readonly spelling: Spelling;
}

export const spelt = (text: string): SpeltEntity => ({ text, spelling: spellingOf(text) });

export const areAlike = (some: readonly SpeltEntity[], others: readonly SpeltEntity[]): boolean =>
  some.some((one) =>
    others.some((other) => likeness(one.spelling, other.spelling) >= MATCH_SIMILARITY),
  );
