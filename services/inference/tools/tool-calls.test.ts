import { describe, expect, test } from 'vitest';
import { ToolCallFinder } from './tool-calls.js';
import { type FamilyName, familyNameOf, toolFamilies } from './tool-family.js';

const NAMES = new Set(['weather', 'time']);

/** Given in pieces of so many characters. */
function found(family: FamilyName, answer: string, size: number, most = Infinity) {
  const finder = new ToolCallFinder(toolFamilies[family], NAMES, most);
  const pieces = answer.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  const text = pieces.map((piece) => finder.push(piece)).join('');
  const { text: rest, calls } = finder.finish();
  return { text: text + rest, calls: calls.map((call) => `${call.name} ${call.arguments}`) };
}

const call = (name: string, given: unknown, key = 'arguments'): string =>
  JSON.stringify({ name, [key]: given });
const oslo = call('weather', { city: 'Oslo' });
const WEATHER = 'weather {"city":"Oslo"}';
const TIME = 'time {}';

describe.each([1, 3, 1000])('in pieces of %i', (size) => {
  test.each<[FamilyName, string, string, string[]]>([
    ['hermes', `<tool_call>\n${oslo}\n</tool_call>`, '', [WEATHER]],
    [
      'hermes',
      `Let me see.\n<tool_call>${oslo}</tool_call>\n<tool_call>\n${call('time', {})}\n</tool_call>`,
      'Let me see.\n',
      [WEATHER, TIME],
    ],
    ['hermes', `<tool_call>${oslo}</tool_call> and so on`, 'and so on', [WEATHER]],
    ['hermes', '<tool_call>{"name": "weather"', '<tool_call>{"name": "weather"', []],
    [
      'hermes',
      `<tool_call>${call('other', {})}</tool_call>`,
      `<tool_call>${call('other', {})}</tool_call>`,
      [],
    ],
    ['hermes', '1 < 2, <tool>', '1 < 2, <tool>', []],
    ['hermes', oslo, oslo, []],
    [
      'hermes',
      `<tool_call>${call('weather', { a: '</tool_call>"}' })}</tool_call>`,
      '',
      ['weather {"a":"</tool_call>\\"}"}'],
    ],
    ['hermes', `<tool_call>${call('weather', '{"a":1}')}</tool_call>`, '', ['weather {"a":1}']],
    [
      'hermes',
      `<tool_call>${call('weather', [1])}</tool_call>`,
      `<tool_call>${call('weather', [1])}</tool_call>`,
      [],
    ],
    ['mistral', `[TOOL_CALLS][${oslo}, ${call('time', {})}]`, '', [WEATHER, TIME]],
    ['mistral', '[TOOL] [TOOL_CALLS', '[TOOL] [TOOL_CALLS', []],
    ['llama', call('weather', { city: 'Oslo' }, 'parameters'), '', [WEATHER]],
    ['llama', `\n<|python_tag|>${oslo}; ${call('time', {})}`, '\n', [WEATHER, TIME]],
    ['llama', 'A set {1, 2}', 'A set {1, 2}', []],
    ['llama', '{"a": 1}', '{"a": 1}', []],
    ['llama', '<|python_tag|>print(1)', '<|python_tag|>print(1)', []],
    ['llama', '  ', '  ', []],
    ['llama', '', '', []],
  ])('%s: %s', (family, answer, text, calls) => {
    expect(found(family, answer, size)).toEqual({ text, calls });
  });
});

test('no more calls than are wanted', () => {
  expect(found('mistral', `[TOOL_CALLS][${oslo},${oslo}]`, 5, 1).calls).toEqual([WEATHER]);
});

test.each<[string, FamilyName | undefined]>([
  ['... <tool_call></tool_call> ...', 'hermes'],
  ['... [TOOL_CALLS] ...', 'mistral'],
  ['... [TOOL_CALLS] ... [ARGS]', undefined],
  ['... <tool_call><function= ...', undefined],
  ["{{ '<|python_tag|>' }}", 'llama'],
  ['anything else', undefined],
])('%s is the way of %s', (template, family) => {
  expect(familyNameOf(template)).toBe(family);
});
