// Every field in the tables does what they say, for both kinds of completion.

import { beforeAll, describe, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { passedOver, refusedEverywhere, refusedInChat } from './other-fields.js';

const gateway = useGateway();
let acme: TestTenant;
beforeAll(async () => {
  acme = await gateway.tenant('acme');
});

const bodies = {
  'chat/completions': { model: baseModel, messages: [{ role: 'user', content: 'Hello' }] },
  completions: { model: baseModel, prompt: 'Hello' },
};

async function answer(path: string, body: object): Promise<{ status: number; param?: string }> {
  const response = await fetch(`${gateway.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error?: { param: string } };
  return { status: response.status, ...(error ? { param: error.param } : {}) };
}

describe.each(Object.entries(bodies))('%s', (path, body) => {
  const table =
    path === 'completions' ? refusedEverywhere : { ...refusedEverywhere, ...refusedInChat };

  test.each(Object.entries(table))(
    '%s is refused, unless it asks for nothing',
    async (name, { neutral }) => {
      expect(await answer(path, { ...body, [name]: 'something' })).toEqual({
        status: 400,
        param: name,
      });
      for (const nothing of [null, ...neutral])
        expect(await answer(path, { ...body, [name]: nothing })).toEqual({ status: 200 });
    },
  );

  test.each(passedOver)('%s changes nothing', async (name) => {
    expect(await answer(path, { ...body, [name]: { any: 'thing' } })).toEqual({ status: 200 });
  });

  test('a field that nobody knows is refused', async () => {
    expect(await answer(path, { ...body, adapter: 'x' })).toEqual({
      status: 400,
      param: 'adapter',
    });
  });
});

test.each([
  ['tool_calls', [{ id: 'x' }]],
  ['function_call', { name: 'x' }],
  ['images', ['x']],
])('a message with %s is refused by name', async (name, value) => {
  const messages = [{ role: 'user', content: 'Hello', [name]: value }];
  expect(await answer('chat/completions', { model: baseModel, messages })).toEqual({
    status: 400,
    param: `messages.0.${name}`,
  });
});

test('a message may have a name, and nulls where other clients put tools', async () => {
  const messages = [
    { role: 'user', name: 'Ada', content: 'Hello', tool_calls: null },
    { role: 'assistant', content: 'Yes?', refusal: null, audio: null, tool_calls: [] },
    { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
  ];
  expect(await answer('chat/completions', { model: baseModel, messages })).toEqual({ status: 200 });
});

describe('a conversation with tools', () => {
  const question = { role: 'user', content: 'Cold in Oslo?' };
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'weather', arguments: '{"city":"Oslo"}' },
  };
  const asked = { role: 'assistant', content: null, refusal: null, tool_calls: [call] };
  const told = { role: 'tool', tool_call_id: 'call_1', content: '3 degrees' };
  const chat = (...messages: object[]): ReturnType<typeof answer> =>
    answer('chat/completions', { model: baseModel, messages });

  test('reaches the model as it came', async () => {
    const nothing = { ...asked, content: undefined, tool_calls: [{ ...call, index: 0 }] };
    for (const message of [asked, nothing, { ...asked, content: '' }])
      expect(await chat(question, message, told)).toEqual({ status: 200 });
    expect(gateway.inference.requests.at(-1)?.prompt?.chat?.messages).toMatchObject([
      question,
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }],
      },
      { role: 'tool', content: '3 degrees', toolCallId: 'call_1', name: 'weather' },
    ]);
  });

  const asking = (changes: object): object => ({
    ...asked,
    tool_calls: [{ ...call, function: { ...call.function, ...changes } }],
  });
  const args = 'messages.1.tool_calls.0.function.arguments';
  test.each([
    ['nothing said or asked', [question, { role: 'assistant', content: null }], '1.content'],
    ['no calls', [question, { ...asked, tool_calls: [] }], '1.content'],
    ['calls of a user', [{ ...asked, role: 'user', content: 'x' }], '0.tool_calls'],
    ['an answer to nothing', [question, told], '1.tool_call_id'],
    ['another id', [question, asked, { ...told, tool_call_id: 'x' }], '2.tool_call_id'],
    ['an answer without text', [question, asked, { ...told, content: null }], '2.content'],
    [
      'a custom tool',
      [question, { ...asked, tool_calls: [{ ...call, type: 'custom' }] }],
      '1.tool_calls.0.type',
    ],
    ['the older form', [question, { ...asked, function_call: {} }], '1.function_call'],
    ['the older role', [question, { role: 'function', name: 'x', content: 'x' }], '1.role'],
    ['arguments of no JSON', [question, asking({ arguments: '{' })], args],
    ['arguments of a list', [question, asking({ arguments: '[1]' })], args],
    [
      'deep ones',
      [question, asking({ arguments: `{"a":${'['.repeat(9e4)}${']'.repeat(9e4)}}` })],
      args,
    ],
    ['huge numbers', [question, asking({ arguments: '{"a":1e400}' })], args],
    ['many digits', [question, asking({ arguments: '{"a":12345678901234567890}' })], args],
  ])('with %s is refused by name', async (_, messages, param) => {
    const { status, param: named } = await chat(...(messages as object[]));
    expect({ status, named }).toEqual({ status: 400, named: expect.stringMatching(param) });
  });
});
