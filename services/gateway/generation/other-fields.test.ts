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
