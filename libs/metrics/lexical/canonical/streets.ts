// Addresses: "75 Highland Rd." and "75, Highland Road" are one.

/** Behind a name they are streets, whatever stands before it. */
const names: Readonly<Record<string, string>> = {
  st: 'Street',
  rd: 'Road',
  ave: 'Avenue',
  ln: 'Lane',
  blvd: 'Boulevard',
};
/** These are streets behind a house's number and a name. */
const numbered: Readonly<Record<string, string>> = {
  ...names,
  str: 'Street',
  av: 'Avenue',
  dr: 'Drive',
  ct: 'Court',
  pl: 'Place',
  sq: 'Square',
  ter: 'Terrace',
  hwy: 'Highway',
  cres: 'Crescent',
};
const NAME = "[\\p{L}'\u2019-]{1,40}";
const NAMES = `${NAME}(?:\\s${NAME}){0,2}`;
const either = (of: Readonly<Record<string, string>>): string => Object.keys(of).join('|');
const NUMBERED = new RegExp(
  `(?<=(?<![\\p{L}\\p{N}])\\d{1,6},?\\s${NAMES}\\s)(${either(numbered)})(?![\\p{L}\\p{N}])\\.?`,
  'giu',
);
/** Lower case, or with a capital: "St", no matter where, is a street; "ST" may be anything. */
const NAMED = new RegExp(
  `(?<=\\p{Lu}${NAME}\\s)(${either(names)}|${either(names).replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())})(?![\\p{L}\\p{N}])\\.?`,
  'gu',
);
/** "St. Mary", but not "Mary St". */
const SAINT = new RegExp(`(?<!\\p{Lu}${NAME}\\s)\\bSt\\.?(?=\\s\\p{Lu})`, 'gu');
const HOUSE = new RegExp(
  `(?<=(?<![\\p{L}\\p{N}])\\d{1,6})(?:,|,? of)(?=\\s${NAMES}\\s(?:${Object.values(numbered).join('|')})(?!\\p{L}))`,
  'giu',
);

const inFull = (short: string): string => numbered[short.toLowerCase().replace('.', '')] ?? short;

export const streetNames = (text: string): string =>
  [NUMBERED, NAMED]
    .reduce((written, form) => written.replaceAll(form, inFull), text)
    .replaceAll(HOUSE, '')
    .replaceAll(SAINT, 'Saint');
