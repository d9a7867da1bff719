// Questions answered from a row that stands in the turn: names and values nobody has seen, so that
// what is learned is to copy them.

import { questionOf, wordingsFor } from '#knowledge/questions/questions.js';
import { groundsText, linkText } from '#knowledge/texts/link.js';
import type { Row } from './corpus.js';
import { pick, type Random, sample, seeded } from './random.js';

export interface LookupRow extends Row {
  /** What of the turn is given, and not learned. */
  readonly prefix?: string;
}

const attributeNames = [
  'side effects',
  'uses',
  'dose',
  'storage',
  'symptoms',
  'treatment',
  'department',
  'onset',
  'causes',
  'location',
  'ingredients',
  'warnings',
  'interactions',
  'taste',
  'colour',
  'price',
  'maker',
  'shelf life',
];
const endings = ['drops', 'forte', 'fever', 'tea', 'balm', 'cough', 'syrup', 'plus', 'rash'];
const plainValues = [
  'headache',
  'nausea',
  'dry mouth',
  'tiredness',
  'dizziness',
  'a sore throat',
  'cold hands',
  'red eyes',
  'loud dreams',
  'hiccups',
  'one spoon a day',
  'two drops at night',
  'three times a week',
  'before meals',
  'with warm milk',
  'in a cool place',
  'away from light',
  'in the cellar',
  'skin clinic',
  'ear clinic',
  'rest',
  'warm baths',
  'fresh air',
  'much water',
  'early spring',
  'late autumn',
  'childhood',
  'old age',
  'left knee',
  'both ears',
  'dust',
  'cold wind',
  'salt',
  'honey',
  'blue glass',
  'bitter',
  'sweet',
  'pale green',
  'dark red',
  'not with alcohol',
  'not with coffee',
  'six months',
  'two years',
  'ten crowns',
];
const answers = [
  'The {attribute} of {name}: {values}.',
  '{name} has the following {attribute}: {values}.',
  'For {name}, the {attribute} given is {values}.',
  'What is known of the {attribute} of {name} is {values}.',
  '{name}, {attribute}: {values}.',
  'As to {attribute}, {name} is listed with {values}.',
];
const onsets = 'b br c ch d dr f fl g gr h j k kl l m n p pl qu r s sh sk st t th tr v w y z'.split(
  ' ',
);
const vowels = 'a e i o u ai ea ie io ou'.split(' ');
const codas = ['', '', '', 'l', 'm', 'n', 'r', 's', 't', 'x', 'nd', 'rn', 'st', 'sk'];

const SEED = 21;
/** Rows of invented bases. */
const COUNT = 9000;

/** Two of each invented row of a base: what names it, and what is made of it. */
export function allLookups(): LookupRow[] {
  const random = seeded(SEED);
  return Array.from({ length: COUNT }, () => lookup(random)).flat();
}

function lookup(random: Random): LookupRow[] {
  const name = inventedName(random);
  const attribute = pick(random, attributeNames);
  const values = inventedValues(random);
  const { own, general } = wordingsFor(attribute, 'en');
  const question = questionOf(pick(random, [...own, ...general]), name, attribute);
  const link = linkText(name, attribute);
  const answer = pick(random, answers)
    .replace('{attribute}', attribute)
    .replace('{name}', name)
    .replace('{values}', listed(values));
  return [
    { question, answer: link },
    { question, prefix: link + groundsText(values), answer },
  ];
}

function inventedName(random: Random): string {
  const word = inventedWord(random, 2 + random.below(3));
  const name = word[0]!.toUpperCase() + word.slice(1);
  return random.below(3) > 0 ? name : `${name} ${pick(random, endings)}`;
}

/** @param syllables of the word. */
const inventedWord = (random: Random, syllables: number): string =>
  Array.from({ length: syllables }, () =>
    [onsets, vowels, codas].map((parts) => pick(random, parts)).join(''),
  ).join('');

function inventedValues(random: Random): string[] {
  const count = 1 + random.below(4);
  const plain = sample(random, plainValues, count);
  return plain.map((value) => {
    const kind = random.below(4);
    if (kind === 0) return inventedWord(random, 2 + random.below(2));
    return kind === 1 ? `${inventedWord(random, 2)} ${value}` : value;
  });
}

function listed(values: readonly string[]): string {
  const [last = '', ...before] = values.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}
