// What kind of company a name is of, in one form: "Limited" is "Ltd", "Co." is "Company".

import { renamed } from './renamed.js';

const START = "(?<=\\p{Lu}[\\p{L}\\p{N}&.,\u2019'-]{0,40}\\s)";
const END = '(?!\\p{L})';

export const companies = renamed(
  [
    ['Limited|Ltd\\.', 'Ltd'],
    ['Incorporated|Inc\\.', 'Inc'],
    ['Corporation|Corp\\.', 'Corp'],
    // In lower case the long one is as good a name: "quill company".
    ['Co\\b\\.?', 'Company'],
  ],
  [START, END],
);
