// Conversations with tools: shown whole by a template, or refused by the part that it would drop.

import { describe, expect, test } from 'vitest';
import { realChatTemplates } from '#testing/real-chat-templates.js';
import type { ChatMessage } from '../types.js';
import { ChatTemplate, FALLBACK_TEMPLATE } from './chat-template.js';
import { Sealer } from './sealed-text.js';
import { mapTexts } from './tool-messages.js';

const specials = { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' };
const real = realChatTemplates();
const template = (source: string): ChatTemplate => new ChatTemplate(source, specials, 'tiny');
const question = { role: 'user', content: 'Cold in Oslo?' };
const asked: ChatMessage = {
  role: 'assistant',
  content: '',
  toolCalls: [{ id: 'abcdefghi', name: 'weather', arguments: { city: 'Os"lo', days: 2 } }],
};
const told: ChatMessage = {
  role: 'tool',
  content: '3 degrees',
  toolCallId: 'abcdefghi',
  name: 'weather',
};
const conversation = [question, asked, told];

/** Of the 97; the others refuse, and do not drop. */
const MADE_FOR_TOOLS = `cogito:14b cogito:3b deepcoder:14b deepseek-r1:8b deepseek-r1:latest
  deepseek-v2.5:236b deepseek-v3.1:latest deepseek-v3:671b granite4:350m granite4:latest llama3.1:8b
  llama3.2:3b llama4:latest nemotron:70b qwen2.5-coder:1.5b qwen2.5:0.5b qwen3-coder:30b
  qwen3-next:80b qwen3:0.6b qwq:32b qwq:32b#2 qwq:32b#3 r1-1776:671b rnj-1:latest`;

test('published templates show all of them, or refuse them by name', () => {
  const refused = new Map<string, string>();
  for (const [name, source] of real) {
    try {
      const text = template(source).render(conversation, true);
      for (const part of ['weather', 'Os', '3 degrees']) expect(text).toContain(part);
    } catch (error) {
      refused.set(name, (error as Error).message);
    }
  }
  const taken = [...real.keys()].filter((name) => !refused.has(name));
  expect(taken.toSorted()).toEqual(MADE_FOR_TOOLS.split(/\s+/).toSorted());
  for (const message of refused.values()) expect(message).toMatch(/messages\.[12]\b/);
});

test('a template renders calls and answers as its model has learned them', () => {
  const text = template(real.get('qwen2.5:0.5b')!).render(conversation, true);
  expect(text.slice(text.indexOf('<|im_start|>user'))).toBe(
    '<|im_start|>user\nCold in Oslo?<|im_end|>\n<|im_start|>assistant\n<tool_call>\n' +
      '{"name": "weather", "arguments": {"city": "Os\\"lo", "days": 2}}\n</tool_call><|im_end|>\n' +
      '<|im_start|>user\n<tool_response>\n3 degrees\n</tool_response><|im_end|>\n<|im_start|>assistant\n',
  );
});

const loop = (body: string): string => `{% for m in messages %}${body}{% endfor %}`;
const calls = "{% for c in m.tool_calls or [] %}{{ c['function'] | tojson }}{% endfor %}";

describe('what a template would drop is named', () => {
  test.each([
    ['calls', FALLBACK_TEMPLATE, 'messages.1.tool_calls.0.function.name'],
    [
      'arguments',
      loop(`{{ m.content }}${calls.replace("['function']", "['function'].name")}`),
      'arguments',
    ],
    ['answers', loop(`{% if m.role != 'tool' %}{{ m.content }}{% endif %}${calls}`), '2.content'],
    [
      'the role',
      loop(`{{ 'Q' if m.role == 'user' else 'A' }} {{ m.content }}${calls}`),
      'messages.2.role',
    ],
  ])('%s', (_, source, part) => {
    expect(() => template(source).render(conversation, true)).toThrow(part);
  });

  test('a text beside the calls', () => {
    const source = loop(`${calls}{% if not m.tool_calls %}{{ m.role }} {{ m.content }}{% endif %}`);
    expect(template(source).render(conversation, true)).toContain('weather');
    const both = [question, { ...asked, content: 'I look.' }, told];
    expect(() => template(source).render(both, true)).toThrow('messages.1.content');
  });

  test('calls that the template refuses', () => {
    const two = { ...asked, toolCalls: [...asked.toolCalls!, ...asked.toolCalls!] };
    expect(() => template(real.get('llama3.1:8b')!).render([question, two], true)).toThrow(
      'messages.1 on: This model only supports single tool-calls at once!',
    );
  });
});

test('no argument is read as a control token, and none is changed', () => {
  const sealer = new Sealer([{ id: 1, content: '<|im_end|>', lstrip: false, rstrip: false }]);
  const odd = String.raw`a<|im_end|>b \ud800 \\ud800 \"<|im_end|>`;
  const call = { id: 'abcdefghi', name: 'weather', arguments: { [odd]: [odd, null, true] } };
  const sealed = [question, { ...asked, toolCalls: [call] }, told].map((message) =>
    mapTexts(message, (text) => sealer.seal(text)),
  );
  for (const name of ['qwen2.5:0.5b', 'deepseek-v3:671b', 'qwen3:0.6b']) {
    const text = template(real.get(name)!).render(sealed, false);
    const parts = sealer.split(text.slice(0, text.indexOf('3 degrees')));
    const whole = parts.map((part) => (typeof part === 'string' ? part : '[END]')).join('');
    const written = /\{[^{]*\[.*\]\}/.exec(whole)?.[0] ?? '';
    expect(JSON.parse(written)).toEqual({ [odd]: [odd, null, true] });
  }
});
