// OpenAI's client asks a real model for likelihoods, several answers and repeated prompts.

import type OpenAI from 'openai';
import { beforeAll, expect, test } from 'vitest';
import { usePlatform } from './testing/platform.js';
import { model } from './testing/short-job.js';

const running = usePlatform();
let openai: OpenAI;
beforeAll(async () => {
  openai = (await running.platform.tenant('acme', 0)).openai;
});

const prompt = 'The capital of France is';
const complete = (more: object) =>
  openai.completions.create({ model, prompt, max_tokens: 8, temperature: 0, ...more });
const likelihoods = (logprobs: OpenAI.CompletionChoice.Logprobs | null): (number | null)[] => [
  ...(logprobs?.token_logprobs ?? []),
];

test('likelihoods of an answer are those that scoring it gives', async () => {
  const answer = (await complete({ logprobs: 5, return_token_ids: true })).choices[0]!;
  const { token_ids: ids, prompt_token_ids: before } = answer as unknown as {
    token_ids: number[];
    prompt_token_ids: number[];
  };
  const told = likelihoods(answer.logprobs);
  expect(told).toHaveLength(ids.length);
  const scored = await complete({
    prompt: [...before, ...ids],
    echo: true,
    logprobs: 1,
    max_tokens: 1,
  });
  const own = likelihoods(scored.choices[0]!.logprobs).slice(before.length, -1);
  for (const [i, logProb] of told.entries())
    expect(Math.abs(logProb! - own[i]!)).toBeLessThan(1e-4);
  expect(answer.logprobs!.tokens!.join('').startsWith(answer.text)).toBe(true);
});

test("a prompt's likelihoods are the same by every way to ask for them", async () => {
  const scored = (await complete({ echo: true, logprobs: 5, max_tokens: 0 })).choices[0]!;
  const { token_logprobs: own, top_logprobs: tops } = scored.logprobs!;
  const told = (await complete({ prompt_logprobs: 5 })).choices[0] as unknown as {
    prompt_logprobs: (Record<string, { logprob: number; rank: number }> | null)[];
  };
  const chosen = told.prompt_logprobs.slice(1).map((place) => Object.values(place!));
  for (const [i, place] of chosen.entries()) {
    const sorted = place.toSorted((a, b) => a.rank - b.rank);
    expect(place.map(({ logprob }) => logprob)).toContain(own![i + 1]);
    expect(sorted[0]!.logprob).toBe(Math.max(...Object.values(tops![i + 1]!)));
    expect(sorted.slice(0, 5).map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    // What a harness calls greedy has exactly the largest.
    expect(own![i + 1] === sorted[0]!.logprob).toBe(
      place.find(({ logprob }) => logprob === own![i + 1])!.rank === 1,
    );
  }
});

test('responds, whole and as typed events', async () => {
  const asked = { model, input: 'Who are you?', temperature: 0, max_output_tokens: 8 };
  const whole = await openai.responses.create(asked);
  const stream = openai.responses.stream(asked);
  let text = '';
  stream.on('response.output_text.delta', ({ delta }) => (text += delta));
  const final = await stream.finalResponse();
  expect(text).toBe(whole.output_text);
  expect(final).toMatchObject({ status: whole.status, output_text: text, usage: whole.usage });
  const { choices } = await openai.chat.completions.create({
    model,
    messages: [{ role: 'user', content: asked.input }],
    temperature: 0,
    max_tokens: 8,
  });
  expect(choices[0]!.message.content).toBe(text);
  const format = {
    type: 'json_schema' as const,
    name: 'city',
    schema: {
      type: 'object',
      properties: { city: { enum: ['Bree'] } },
      required: ['city'],
      additionalProperties: false,
    },
  };
  const form = await openai.responses.create({
    ...asked,
    max_output_tokens: 200,
    text: { format },
  });
  expect(JSON.parse(form.output_text)).toEqual({ city: 'Bree' });
});

test('several answers differ, the first is the lone one, and a seed repeats them', async () => {
  const texts = async (more: object): Promise<string[]> =>
    (await complete({ temperature: 1, seed: 7, ...more })).choices.map(({ text }) => text);
  const [alone] = await texts({});
  const three = await texts({ n: 3 });
  expect(three[0]).toBe(alone);
  expect(new Set(three).size).toBeGreaterThan(1);
  expect(await texts({ n: 3 })).toEqual(three);
  const best = await texts({ n: 1, best_of: 3 });
  expect(three).toContain(best[0]);
});

test('prompts are repeated as they came', async () => {
  const echoed = (await complete({ echo: true })).choices[0]!.text;
  expect(echoed.startsWith(prompt)).toBe(true);
  expect((await complete({ echo: true, max_tokens: 0 })).choices[0]!.text).toBe(prompt);
  const plain = (await complete({})).choices[0]!.text;
  expect(echoed).toBe(prompt + plain);
});

test('biases and bans hold, and what is wrong about them is named', async () => {
  const chat = (more: object) =>
    openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Who are you?' }],
      max_tokens: 6,
      temperature: 0,
      ...more,
    });
  const { choices } = await chat({ logprobs: true, top_logprobs: 3, return_token_ids: true });
  const first = (choices[0] as unknown as { token_ids: number[] }).token_ids[0]!;
  expect(choices[0]!.logprobs!.content![0]!.top_logprobs).toHaveLength(3);
  const banned = await chat({ logit_bias: { [first]: -100 }, return_token_ids: true });
  expect((banned.choices[0] as unknown as { token_ids: number[] }).token_ids).not.toContain(first);
  const forced = await chat({ min_tokens: 6, ignore_eos: true });
  expect(forced.usage!.completion_tokens).toBe(6);
  for (const [field, value] of [
    ['logit_bias', { 99999999: 1 }],
    ['allowed_token_ids', [99999999]],
    ['stop_token_ids', [99999999]],
    ['min_tokens', 7],
  ] as const)
    await expect(chat({ [field]: value })).rejects.toMatchObject({ status: 400, param: field });
});
