import { expect, test } from 'vitest';
import { align } from './align.js';

const lain = (name: string, question: string): string =>
  align([...name], [...question], (own, asked) => own === asked)
    .map(({ own, asked }) => `${[...name][own]}${own}${asked}`)
    .join(' ');

test.each([
  ['a name that the question has', 'abc', 'xxabcxx', 'a02 b13 c24'],
  ['one that has another part', 'abc', 'xaycx', 'a01 c23'],
  ['one with a part more', 'abc', 'abxc', 'a00 b11 c23'],
  ['one with a part less', 'abc', 'xac', 'a01 c22'],
  // The second a is nearer.
  ['one that begins twice', 'abc', 'axxxxabc', 'a05 b16 c27'],
  // Two parts between would cost more than the one that is found.
  ['one far apart', 'ab', 'axxb', 'a00'],
  ['none', 'abc', 'xyz', ''],
])('aligns %s', (_, name, question, pairs) => {
  expect(lain(name, question)).toBe(pairs);
});

test('takes what costs least among all alignments', () => {
  const letters = 'aabc';
  let seed = 1;
  const draw = (count: number): string =>
    Array.from({ length: count }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return letters[seed % letters.length];
    }).join('');
  for (let round = 0; round < 300; round++) {
    const [name, question] = [draw(1 + (round % 4)), draw(round % 7)];
    const found = align([...name], [...question], (own, asked) => own === asked);
    expect([name, question, cost(name.length, found)]).toEqual([
      name,
      question,
      Math.min(...every(name, question).map((pairs) => cost(name.length, pairs))),
    ]);
  }
});

type Pairs = { own: number; asked: number }[];

function cost(length: number, pairs: Pairs): number {
  const between = pairs.slice(1).map(({ asked }, i) => asked - pairs[i]!.asked - 1);
  return (length - pairs.length) * 10 + between.reduce((sum, count) => sum + count, 0) * 9;
}

/** All alignments there are. */
function every(name: string, question: string, own = 0, asked = 0): Pairs[] {
  if (own === name.length) return [[]];
  const without = every(name, question, own + 1, asked);
  const places = [...question].flatMap((letter, at) =>
    at >= asked && letter === name[own] ? [at] : [],
  );
  return [
    ...without,
    ...places.flatMap((at) =>
      every(name, question, own + 1, at + 1).map((rest) => [{ own, asked: at }, ...rest]),
    ),
  ];
}
