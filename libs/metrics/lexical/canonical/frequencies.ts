// How often, said in a word: "biennially" is "every two years".

import { renamed } from './renamed.js';

export const frequencies = renamed(
  [
    ['[Ff]ortnightly', 'every two weeks'],
    ['[Bb]iennial(?:ly)?', 'every two years'],
    ['[Tt]riennial(?:ly)?', 'every three years'],
  ],
  ['(?<!\\p{L})', '(?!\\p{L})'],
);
