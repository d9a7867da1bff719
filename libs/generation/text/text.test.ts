import { expect, test } from 'vitest';
import { Detokenizer } from './detokenizer.js';
import { type Matched, StopMatcher } from './stop-matcher.js';

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

function matched(stops: string[], parts: string[], isKept = false): Matched {
  const matcher = new StopMatcher(stops, isKept);
  let text = '';
  for (const part of parts) {
    const result = matcher.push(part);
    text += result.text;
    if (result.stop !== undefined) return { ...result, text };
  }
  return { text: text + matcher.flush() };
}

test.each<[string[], string[], string, string?]>([
  [['END'], ['one EN', 'D two'], 'one ', 'END'],
  [['END'], ['one E', 'N', 'D'], 'one ', 'END'],
  [['END'], ['one EN', 'E'], 'one ENE'],
  [['\n\n', 'x'], ['a\n', 'b\n', '\nc'], 'a\nb', '\n\n'],
  [['aab'], ['aa', 'ab'], 'a', 'aab'],
  [['b', 'ab'], ['ab'], '', 'ab'],
  [[], ['all', ' of it'], 'all of it'],
])('stops %j in %j', (stops, parts, text, stop) => {
  expect(matched(stops, parts)).toEqual({ text, ...(stop === undefined ? {} : { stop }) });
});

test('a stop string is part of the text where it is to be kept, what follows never', () => {
  expect(matched(['END', 'x'], ['one EN', 'D two'], true)).toEqual({
    text: 'one END',
    stop: 'END',
  });
});

test('text that cannot begin a stop string is not held back', () => {
  const matcher = new StopMatcher(['END']);
  expect(matcher.push('one E').text).toBe('one ');
  expect(matcher.push('x').text).toBe('Ex');
});
