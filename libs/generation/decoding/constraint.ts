// A form that an answer has to have, which decides anew at each token what may follow.

import type { Ban } from './ban.js';

export interface Constraint extends Ban {
  /** Goes on by a token that was chosen. */
  accept(token: number): void;
  /** Whether the form is complete and nothing may follow. */
  readonly hasEnded: boolean;
  /** Goes on from here by itself. */
  fork(): Constraint;
}
