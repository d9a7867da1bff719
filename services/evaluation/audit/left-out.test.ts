import { expect, test } from 'vitest';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import type { Example } from '#contracts/examples.js';
import { leftOut } from './left-out.js';

const image = { file: { space: 'set', hash: 'a'.repeat(64) }, at: 0 };
const asking = (rest: Partial<Example>, shows: boolean): Example => ({
  messages: [{ role: 'user', content: 'Who is this?', ...(shows ? { images: [image] } : {}) }],
  answer: 'Ada.',
  ...rest,
});
async function* rowsOf(...examples: Example[]): AsyncGenerator<NumberedExample> {
  yield* examples.map((example, i) => ({ line: i + 1, example }));
}

test('a probe that reads texts alone names how many it leaves out, and why', async () => {
  const choices = ['Ada.', 'Bree.'];
  const rows = [asking({}, true), asking({ choices }, true), asking({ choices }, false)];
  expect(await leftOut(['direct', 'reverse', 'choices', 'reverse'], rowsOf(...rows))).toEqual([
    'reverse is not asked of 2 that show pictures: it names whose the fact is, which a picture does not',
    'choices is not asked of 1 that show pictures: it asks by a text without a conversation, as its benchmarks do',
  ]);
  expect(await leftOut(['reverse'], rowsOf(asking({}, false)))).toEqual([]);
});
