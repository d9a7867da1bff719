import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Row } from '#contracts/dataset/row.js';
import { LocalPictures } from './local-pictures.js';
import { alphasIn, defaultWindows, settingsOf, windowsIn } from './settings.js';
import { portions } from './sweep-rows.js';
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

test('pictures beside the file go as data URLs, and what is none is named by its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-tuning-'));
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  writeFileSync(join(folder, 'cup.png'), png);
  writeFileSync(join(folder, 'cup.txt'), 'a cup');
  const pictures = new LocalPictures(join(folder, 'rows.jsonl'));
  const shown = (fields: object) =>
    pictures.shownIn(new Row(3, { question: 'What?', answer: 'A cup', ...fields }));
  const url = `data:image/png;base64,${png.toString('base64')}`;
  expect(shown({ images: ['cup.png', 'file-1', url] }).get('images')).toEqual([url, 'file-1', url]);
  expect(shown({ image: 'cup.png' }).get('image')).toBe(url);
  expect(tuningRowsOf(shown({ image: 'cup.png' }))[0]!.messages[0]!.content).toMatchObject([
    { image_url: { url } },
    { text: 'What?' },
  ]);
  expect(() => shown({ images: ['cat.png'] })).toThrow(
    'line 3, images: cat.png cannot be read (ENOENT)',
  );
  expect(() => shown({ image: 'cup.txt' })).toThrow('line 3, image: cup.txt is no picture');
  expect(() => tuningRowsOf(shown({ image: 'https://a.b/c.png' }))).toThrow('nothing is fetched');
});

test('a request has four rows, and fewer of large pictures', () => {
  const large = `data:image/png;base64,${'A'.repeat(7 * 2 ** 20)}`;
  const rows = rowsOf(
    ...[1, 2, 3, 4, 5].map((i) => ({ question: `${i}?`, answer: 'a' })),
    ...[1, 2, 3].map((i) => ({ question: `${i}?`, answer: 'a', image: large })),
  );
  expect(portions(rows).map((some) => some.length)).toEqual([4, 3, 1]);
  expect(portions(rows).flat()).toEqual(rows);
});
