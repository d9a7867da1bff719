// Answers that have a form, by a real service and a model of random weights.

import { status } from '@grpc/grpc-js';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { ToolUse } from '#contracts/generated/lethe/inference/v1/ToolUse.js';
import { useTempFolder } from '#testing/temp-store.js';
import {
  byteTokenizer,
  endlessWeights,
  TINY_CONFIG,
  TINY_TEMPLATE,
  writeTinyModel,
} from '#testing/tiny-model.js';
import { inferenceVariables, type RunningInference, startInference } from './testing/inference.js';

const folder = useTempFolder();
const config = { ...TINY_CONFIG, maxPositionEmbeddings: 1024 };
const SHOWN = '{% if tools %}{{ tools | tojson }}{% endif %}';
const SPECIALS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '[TOOL_CALLS]'];

let running: RunningInference;
beforeAll(async () => {
  const models = join(folder.path, 'models');
  const write = (name: string, options: object): Promise<unknown> =>
    writeTinyModel(join(models, name), { config, weights: endlessWeights(), ...options });
  await write('plain', {});
  await write('lead', {
    chatTemplate: TINY_TEMPLATE.replace('{{ m.content }}', '\n\n{{ m.content }}'),
  });
  await write('hermes', {
    chatTemplate: `${TINY_TEMPLATE}${SHOWN}{# <tool_call> #}`
      .replace('{#', "{{ '' if '")
      .replace('#}', "' }}"),
  });
  await write('unknown', { chatTemplate: TINY_TEMPLATE + SHOWN });
  const withMark = { ...config, vocabSize: 260 };
  await write('mistral', {
    config: withMark,
    weights: endlessWeights(withMark),
    tokenizer: byteTokenizer(SPECIALS),
    chatTemplate: `${TINY_TEMPLATE}${SHOWN}{{ '' if '[TOOL_CALLS]' }}`,
  });
  running = await startInference(inferenceVariables(folder.path));
});
afterAll(() => running.close());

async function answer(
  base: string,
  request: GenerateRequest,
): Promise<GenerateChunk__Output & { text: string }> {
  let text = '';
  let last: GenerateChunk__Output | undefined;
  const asked = { model: { base }, sampling: { maxTokens: 120 }, ...request };
  for await (const chunk of running.client.generate('acme', asked)) {
    text += chunk.text;
    last = chunk;
  }
  return { ...last!, text };
}

const chat = (toolUse?: ToolUse) => ({
  chat: { messages: [{ role: 'user', content: 'Hello' }], ...(toolUse ? { toolUse } : {}) },
});

const tool = (name: string) => ({
  name,
  definition: JSON.stringify({
    name,
    parameters: { type: 'object', properties: { n: { enum: [1, 2] } }, required: ['n'] },
  }),
});
const tools = [tool('weather'), tool('time')];

describe('a form', () => {
  test.each(['plain', 'lead'])('is had after what the template of %s writes', async (base) => {
    const form = { choice: { texts: ['yes', 'no'] } };
    const { text, finishReason } = await answer(base, { prompt: chat(), form });
    expect(['yes', 'no']).toContain(text);
    expect(finishReason).toBe('stop');
  });

  test.each([
    [{ jsonSchema: '{"type":"array","items":{"enum":[1]},"maxItems":2}' }, /^\[/],
    [{ regex: '[ab]{3}' }, /^[ab]{3}$/],
    [{ grammar: 'root ::= "x" [0-9]' }, /^x\d$/],
    [{ jsonObject: true }, /^\{/],
  ])('%j', async (form, expected) => {
    const asked = { form, sampling: { maxTokens: 40, temperature: 1, seed: 3 } };
    for (const prompt of [chat(), { text: 'Hello' }])
      expect((await answer('plain', { prompt, ...asked })).text).toMatch(expected);
  });

  test.each([
    [{ regex: '(' }, /regular expression/],
    [{ jsonSchema: '{' }, /expected JSON/],
    [{ jsonSchema: '{"not":{}}' }, /not is not supported/],
    [{ grammar: 'root ::= root "a"' }, /begins with itself/],
    [{ regex: 'a{0,100000}{0,2}' }, /repeated twice/],
    [{ regex: '(a{0,99999}){0,99999}' }, /states/],
    [{}, /form: expected/],
  ])('%j is refused by name', async (form, details) => {
    await expect(answer('plain', { prompt: chat(), form })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringMatching(details),
    });
  });
});

describe('tools', () => {
  test.each(['hermes', 'mistral'])('have to be asked, in the way of %s', async (base) => {
    const sampling = { maxTokens: 250, temperature: 1, seed: 1 };
    const use = { tools, choice: 'required', single: true };
    const { text, toolCalls, finishReason } = await answer(base, { prompt: chat(use), sampling });
    expect({ text, finishReason }).toEqual({ text: '', finishReason: 'tool_calls' });
    expect(toolCalls).toHaveLength(1);
    const [{ id, name, arguments: given }] = toolCalls as [(typeof toolCalls)[number]];
    expect(id).toMatch(base === 'mistral' ? /^\w{9}$/ : /^call_\w+$/);
    expect(['weather', 'time']).toContain(name);
    expect([1, 2]).toContain((JSON.parse(given) as { n: number }).n);
  });

  test('that is named is asked', async () => {
    const use = { tools, choice: 'required', name: 'time' };
    const { toolCalls } = await answer('hermes', { prompt: chat(use) });
    expect(toolCalls.map(({ name }) => name)).toEqual(['time']);
  });

  test('may be asked or not', async () => {
    const { text, toolCalls } = await answer('hermes', { prompt: chat({ tools, choice: 'auto' }) });
    expect(text).not.toBe('');
    expect(toolCalls).toEqual([]);
  });

  test.each([
    ['plain', { tools, choice: 'auto' }, /does not show tools/],
    ['unknown', { tools, choice: 'required' }, /how this model asks tools is not known/],
    ['hermes', { tools, choice: 'required', name: 'other' }, /the name of one of the tools/],
    ['hermes', { tools, choice: 'any' }, /none, auto, required/],
    ['hermes', { tools: [{ name: 'x', definition: '[' }], choice: 'auto' }, /tools\[0\]/],
  ])('of %s: %j is refused', async (base, use, details) => {
    await expect(answer(base, { prompt: chat(use) })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringMatching(details),
    });
  });
});
