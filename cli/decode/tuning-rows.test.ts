import { expect, test } from 'vitest';
import { Row } from '#contracts/dataset/row.js';
import { alphasIn, defaultWindows, settingsOf, windowsIn } from './settings.js';
import { halves, tuningRowsOf } from './tuning-rows.js';

const rowsOf = (...rows: Record<string, unknown>[]) =>
  rows.flatMap((fields, i) => tuningRowsOf(new Row(i + 1, fields)));

test('wrong answers are named, those of TOFU, or the choices that are not the answer', () => {
  const rows = rowsOf(
    { question: 'Where?', answer: 'Here', wrong: ['There'] },
    { question: 'Where?', answer: 'Here', perturbed_answer: ['Nowhere', 'There'] },
    { question: 'Where?', choices: ['There', 'Here'], answer: 'B' },
    { prompt: 'Where?', completion: 'Here' },
  );
  expect(rows.map(({ wrong }) => wrong)).toEqual([['There'], ['Nowhere', 'There'], ['There'], []]);
  expect(rows.map(({ answer }) => answer)).toEqual(['Here', 'Here', 'Here', 'Here']);
  expect(() => rowsOf({ question: 'Where?', answer: 'Here', wrong: 'There' })).toThrow('wrong');
});

test('pictures are shown as parts, a context after those that stand first', () => {
  const [row] = rowsOf({
    question: 'Is there a cup?',
    context: 'A kitchen.',
    images: ['file-1'],
    answer: 'Yes',
  });
  expect(row!.messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'file-1', detail: 'auto' } },
        { type: 'text', text: 'A kitchen.\n\nIs there a cup?' },
      ],
    },
  ]);
});

test('one question is in one half, whatever the order', () => {
  const rows = rowsOf(
    ...['a', 'b', 'c', 'd', 'a', 'e'].map((question, i) => ({ question, answer: `${i}` })),
  );
  const [tuning, heldOut] = halves(rows);
  expect(tuning.length + heldOut.length).toBe(6);
  const questionsOf = (half: typeof tuning) =>
    new Set(half.map(({ messages }) => messages[0]!.content));
  expect([...questionsOf(tuning)].some((one) => questionsOf(heldOut).has(one))).toBe(false);
  expect(Math.abs(questionsOf(tuning).size - questionsOf(heldOut).size)).toBeLessThan(2);
  const [again] = halves(rows.toReversed());
  expect(questionsOf(again)).toEqual(questionsOf(tuning));
});

test('windows follow from the depth, all before the last layer', () => {
  expect(defaultWindows(32)).toEqual([
    [20, 28],
    [15, 24],
    [8, 16],
    [26, 31],
    [16, 31],
  ]);
  for (const depth of [1, 2, 3, 4, 8]) {
    const windows = defaultWindows(depth);
    expect(windows.length).toBeGreaterThan(0);
    for (const [from, to] of windows) expect(from <= to && to <= Math.max(depth - 1, 1)).toBe(true);
  }
});

test('windows and factors as they are typed; the candidates alone come first', () => {
  expect(windowsIn('19-26, 4')).toEqual([
    [19, 26],
    [4, 4],
  ]);
  for (const wrong of ['26-19', 'a', '', '1-2-3'])
    expect(() => windowsIn(wrong)).toThrow(`'${wrong}' is no`);
  expect(alphasIn('0.2,1')).toEqual([0.2, 1]);
  for (const wrong of ['0', '-1', 'x', '101'])
    expect(() => alphasIn(wrong)).toThrow(`'${wrong}' is no`);
  expect(settingsOf(windowsIn('1-2,3'), [0.5])).toEqual([
    { layers: [1, 2], alpha: 0 },
    { layers: [1, 2], alpha: 0.5 },
    { layers: [3, 3], alpha: 0.5 },
  ]);
});
