import { expect, test } from 'vitest';
import { Detokenizer } from './detokenizer.js';
import { StopMatcher } from './stop-matcher.js';

const bytes = (ids: readonly number[]): string => Buffer.from(ids).toString();

function pieces(text: Buffer): string[] {
  const detokenizer = new Detokenizer(bytes);
  return [...[...text].map((byte) => detokenizer.push(byte)), detokenizer.flush()];
}

test('a character of several tokens comes out whole, with its last token', () => {
  expect(pieces(Buffer.from('aé🙂b'))).toEqual(['a', '', 'é', '', '', '', '🙂', 'b', '']);
});

test('bytes that are no character come out in the end', () => {
  expect(pieces(Buffer.of(97, 0xff, 98)).join('')).toBe('a\ufffdb');
  expect(pieces(Buffer.of(97, 0xf0, 0x9f)).join('')).toBe('a\ufffd');
  expect(pieces(Buffer.from('\ufffd'.repeat(4))).join('')).toBe('\ufffd'.repeat(4));
});

function matched(stops: string[], parts: string[]): { text: string; isStopped: boolean } {
  const matcher = new StopMatcher(stops);
  let text = '';
  for (const part of parts) {
    const result = matcher.push(part);
    text += result.text;
    if (result.isStopped) return { text, isStopped: true };
  }
  return { text: text + matcher.flush(), isStopped: false };
}

test.each([
  [['END'], ['one EN', 'D two'], 'one ', true],
  [['END'], ['one E', 'N', 'D'], 'one ', true],
  [['END'], ['one EN', 'E'], 'one ENE', false],
  [['\n\n', 'x'], ['a\n', 'b\n', '\nc'], 'a\nb', true],
  [['aab'], ['aa', 'ab'], 'a', true],
  [['b', 'ab'], ['ab'], '', true],
  [[], ['all', ' of it'], 'all of it', false],
])('stops %j in %j', (stops, parts, text, isStopped) => {
  expect(matched(stops, parts)).toEqual({ text, isStopped });
});

test('text that cannot begin a stop string is not held back', () => {
  const matcher = new StopMatcher(['END']);
  expect(matcher.push('one E').text).toBe('one ');
  expect(matcher.push('x').text).toBe('Ex');
});
