// Words as the leak check compares them: lower case, without accents, stemmed.

import { stemmer } from 'stemmer';

/** English function words and words so plain that sharing one reveals nothing. */
const plain = new Set(
  `a about above after again all also always am an and another any anyone anything are as at back be because been before being below between both but by
  can cannot come could day did do does doing done down during each either else even ever every few for from further get give given go had has have having
  he her here hers herself him himself his how however i if in into is it its itself just kind know known largely last least less let like little made make
  many matter may me means mentioned might mine more most much must my myself name named neither never no none nor not nothing now of off often on once one
  only onto or other others our out over own particular people per perhaps person quite rather really remain remains said same say see several shall she
  should since so some someone something sort still such sure take than that the their theirs them themselves then there these they thing things this those
  through time to together too under until up upon us used usual usually various very via was way ways we well were what when where whether which while who
  whom whose why will with within without would yes yet you your yours`.split(/\s+/),
);

/** Letters and digits only, lower case, accents and typographic forms folded. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2018\u2019]/g, "'")
    .toLowerCase();

/**
 * Words and numbers of a text, folded; e-mails, dates and hyphenated words come apart, a possessive
 * "s" is dropped.
 */
export const foldedWords = (text: string): string[] =>
  fold(text)
    .replace(/'s\b/g, '')
    .match(/[\p{L}\p{N}]+/gu) ?? [];

export const stem = (word: string): string => (/\p{N}/u.test(word) ? word : stemmer(word));

/** Whether a folded word can carry a fact: not a plain one, not a single letter. */
export const isTelling = (word: string): boolean =>
  /\p{N}/u.test(word) || (word.length > 1 && !plain.has(word));

export const countWords = (text: string): number => text.trim().split(/\s+/).filter(Boolean).length;
