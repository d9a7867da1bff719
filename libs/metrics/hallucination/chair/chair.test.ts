import { expect, test } from 'vitest';
import { measured } from '../paired.js';
import { chairCounts, chairFigures } from './chair.js';
import { objectReader } from './objects.js';
import { parseSynonyms } from './synonyms.js';

const table = `
person, man, baby, passenger, people, groom
motorcycle, motor bike
airplane, plane, jet
car, taxi
train
boat, ferry
bird, goose
zebra
tie, bow tie
skis, ski
sports ball, ball
surfboard, longboard
cup
sandwich
chair, seat
dining table, table
toilet
vase
bus
`;
const read = objectReader(parseSynonyms(table));

test.each([
  ['plurals', 'Cars, ferries, buses and geese.', ['car', 'boat', 'bus', 'bird']],
  ['a plural that is there itself', 'Skis and a ski', ['skis', 'skis']],
  ['verbs', 'A boat tied up; he is seated, and sandwiched.', ['boat', 'tie', 'chair', 'sandwich']],
  ['a doubled letter', 'He cupped his hands, then busted it.', ['cup']],
  ['-ing as a verb', 'People skiing', ['person', 'skis']],
  ['-ing as a noun', 'The skiing trip. Skiing is fun.', []],
  ['-ing that is a noun anyway', 'grooming and seating', []],
  ['a verb that is none', 'vased, carring, zebraed', []],
  ['a pair', 'a motor bike', ['motorcycle']],
  ['a pair without an object', 'train tracks lead home', []],
  ['a young animal', 'a baby zebra, an adult zebra and a baby', ['zebra', 'zebra', 'person']],
  ['a vehicle of passengers', 'a passenger jet with passengers', ['airplane', 'person']],
  ['a bow tie', 'bow ties', ['tie']],
  ['the seat of a toilet', 'a toilet with a seat, beside a chair', ['toilet', 'chair']],
  ['a toilet seat', 'a toilet seat and seats', ['toilet']],
  ['a seat', 'a seat', ['chair']],
  ["as NLTK has it: men are not a man's plural", 'Men with vases and longboards', []],
  ['repeats, and case', 'A CAR, a Car', ['car', 'car']],
  ['marks at words', '"car" (taxi) taxi\'s car.', ['car', 'car', 'car', 'car']],
])('finds objects: %s', (_, caption, objects) => {
  expect(read(caption).objects).toEqual(objects);
});

test('counts words: marks are some, and a pair is one unless its last word says the same', () => {
  expect(read('A motor bike.').words).toBe(3);
  expect(read('A dining table.').words).toBe(4);
  expect(read('').words).toBe(0);
});

test('by hand: two captions', () => {
  const images = [
    chairCounts(
      read('A man on a boat with a tie and a bird, in the boat.'),
      new Set(['boat', 'car']),
    ),
    chairCounts(read('A car.'), new Set(['car', 'bus'])),
  ];
  const values = Object.entries(measured(chairFigures, [{ images }])).map(
    ([name, { value }]) => [name, value] as const,
  );
  // Of 6 mentions 3 are absent; of 2 + 2 objects boat and car are named; 16 + 3 words.
  expect(Object.fromEntries(values)).toEqual({ CHAIRs: 50, CHAIRi: 50, recall: 50, words: 9.5 });
});

test('a table of synonyms: lines, or the script that holds them', () => {
  const script = `import nltk\nsynonyms_txt = '''\ncat, kitten, feline\n\ndog,  pup\n'''\nx = 1\n`;
  const synonyms = parseSynonyms(script);
  expect([...synonyms]).toEqual([
    ['cat', 'cat'],
    ['kitten', 'cat'],
    ['feline', 'cat'],
    ['dog', 'dog'],
    [' pup', 'dog'],
  ]);
  expect(parseSynonyms('cat, kitten, feline\r\ndog,  pup')).toEqual(synonyms);
});
