// Two countries that go by their letters as often as by their names or those of their peoples.

import { renamed } from './renamed.js';

const START = '(?<![\\p{L}.])';
const END = '(?!\\p{L})';

export const countryNames = renamed(
  [
    ['U\\.S\\.(?:A\\.)?|US|United States(?: of America)?', 'USA'],
    ['(?<!(?:South|North|Latin|Central|Native|African|Asian)[ -])Americans?', 'USA'],
    ['U\\.K\\.|United Kingdom|Great Britain|Britain|British', 'UK'],
  ],
  [START, END],
);
