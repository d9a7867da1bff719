import { beforeAll, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

const chat = (more: object) => {
  const messages = [{ role: 'user' as const, content: 'one' }];
  const body = { model: baseModel, messages, stream: false as const, ...more };
  return tenant.client.chat.completions.create(body);
};
const complete = (more: object) =>
  tenant.client.completions.create({ model: baseModel, prompt: ['one', 'two'], ...more });
const beams = () => gateway.inference.requests.at(-1)!.sampling!.beams;

test('one call to inference searches for all answers to a prompt', async () => {
  const before = gateway.inference.requests.length;
  const { choices, usage } = await chat({ decoding: { beams: 3 }, n: 2 });
  expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
    [0, 'best'],
    [1, 'next 0'],
  ]);
  expect(gateway.inference.requests).toHaveLength(before + 1);
  expect(gateway.inference.requests.at(-1)!.sampling!.temperature).toBe(0);
  expect(beams()).toMatchObject({ width: 3, given: 2, lengthPenalty: 1, earlyStopping: 'false' });
  expect(usage!.completion_tokens).toBe(2);
});

test('of several prompts answers come in their order', async () => {
  const decoding = { beams: 4, length_penalty: -0.5, early_stopping: 'never' };
  const { choices } = await complete({ decoding, n: 2 });
  expect(choices.map(({ index, text }) => [index, text])).toEqual([
    [0, 'best'],
    [1, 'next 0'],
    [2, 'best'],
    [3, 'next 0'],
  ]);
  expect(beams()).toMatchObject({ width: 4, lengthPenalty: -0.5, earlyStopping: 'never' });
});

test("vLLM's fields ask for the same", async () => {
  await chat({ use_beam_search: true, n: 3, length_penalty: 0.8, early_stopping: true });
  expect(beams()).toMatchObject({ width: 3, given: 3, lengthPenalty: 0.8, earlyStopping: 'true' });
  const { choices } = await complete({ use_beam_search: true, n: 1, best_of: 4 });
  expect(choices).toHaveLength(2);
  expect(beams()).toMatchObject({ width: 4, given: 1 });
});

test('beams go with a strategy', async () => {
  await chat({ decoding: { strategy: 'deco', beams: 3 } });
  expect(gateway.inference.requests.at(-1)!.sampling).toMatchObject({
    decoding: { strategy: 'deco' },
    beams: { width: 3 },
  });
  await chat({ decoding: { beams: 3 } });
  expect(gateway.inference.requests.at(-1)!.sampling!.decoding).toBeNull();
});

test('a stream has each answer as one piece, at the end', async () => {
  const decoding = { beams: 2 };
  const body = {
    model: baseModel,
    messages: [{ role: 'user' as const, content: 'one' }],
    stream: true as const,
    n: 2,
    decoding,
  };
  const stream = await tenant.client.chat.completions.create(body);
  const told: [number, string][] = [];
  for await (const { choices } of stream)
    for (const { index, delta } of choices) if (delta.content) told.push([index, delta.content]);
  expect(told).toEqual([
    [0, 'best'],
    [1, 'next 0'],
  ]);
});

test.each([
  [{ decoding: { beams: 0 } }, 'decoding.beams'],
  [{ decoding: { beams: 2 }, n: 3 }, 'n'],
  [{ decoding: { beams: 2 }, temperature: 0.5 }, 'temperature'],
  [{ decoding: { beams: 2, early_stopping: 'soon' } }, 'decoding.early_stopping'],
  [{ decoding: { strategy: 'deco', length_penalty: 2 } }, 'decoding.length_penalty'],
  [{ decoding: { beams: 2 }, use_beam_search: true }, 'use_beam_search'],
  [{ use_beam_search: true, temperature: 1 }, 'temperature'],
  [{ length_penalty: 2 }, 'length_penalty'],
  [{ early_stopping: true }, 'early_stopping'],
])('%j is refused by name', async (more, param) => {
  await expect(chat(more)).rejects.toMatchObject({ status: 400, param });
});

test('what asks for nothing is let through', async () => {
  await chat({ use_beam_search: false, length_penalty: 1, early_stopping: false });
  expect(beams()).toBeNull();
});
