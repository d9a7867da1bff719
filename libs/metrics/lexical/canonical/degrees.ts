// A doctor's degree in one form: "Ph.D." and "doctorate" are "PhD".

import { renamed } from './renamed.js';

export const degrees = renamed(
  [
    [
      "Ph\\.? ?D\\.?|D\\.? ?Phil\\.?|[Dd]octorate|[Dd]octoral degree|[Dd]octor['\u2019]s degree",
      'PhD',
    ],
  ],
  ['(?<![\\p{L}.])', '(?!\\p{L})'],
);
