// Text completions, as evaluation harnesses ask for them, too.

import { beforeAll, describe, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { ask, baseModel } from '../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

describe('text completions', () => {
  test('answer whole and as a stream', async () => {
    const whole = await tenant.client.completions.create({
      model: baseModel,
      prompt: 'once upon',
      temperature: 0,
    });
    expect(whole).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'base once upon', finish_reason: 'stop' }],
    });
    expect(gateway.inference.requests.at(-1)!.prompt!.text).toBe('once upon');
    let text = '';
    for await (const chunk of await tenant.client.completions.create({
      model: baseModel,
      prompt: ['once upon'],
      stream: true,
    }))
      text += chunk.choices[0]!.text;
    expect(text).toBe('base once upon');
  });

  const harness = { model: baseModel, max_tokens: 1, logprobs: 1, echo: true, temperature: 0 };

  test('score prompts as evaluation harnesses ask them to', async () => {
    const { choices, usage } = await tenant.client.completions.create({
      ...harness,
      prompt: ['one two three', 'x'],
    });
    expect(choices).toEqual([
      {
        index: 0,
        text: 'one two three end',
        finish_reason: 'length',
        stop_reason: null,
        logprobs: {
          tokens: ['one', ' two', ' three', ' end'],
          token_logprobs: [null, -0.5, -1.5, -0.25],
          top_logprobs: [
            null,
            { ' two': -0.5 },
            { ' three': -1.5, ' the': -0.25 },
            { ' end': -0.25 },
          ],
          text_offset: [0, 3, 7, 13],
        },
      },
      expect.objectContaining({ index: 1, text: 'x end' }),
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 });
    const byIds = await tenant.client.completions.create({ ...harness, prompt: [[5, 6], [7]] });
    expect(byIds.choices.map(({ text }) => text)).toEqual(['56 end', '7 end']);
    const more = { ...harness, prompt: 'one two three', logprobs: 3 };
    const three = await tenant.client.completions.create(more);
    expect(three.choices[0]!.logprobs!.top_logprobs).toEqual([
      null,
      { ' two': -0.5, ' 901': -901, ' 902': -902 },
      { ' the': -0.25, ' three': -1.5, ' 901': -901 },
      { ' end': -0.25 },
    ]);
    const named = { ...more, logprobs: 1, return_tokens_as_token_ids: true };
    expect((await tenant.client.completions.create(named)).choices[0]!.logprobs).toMatchObject({
      tokens: ['token_id:0', 'token_id:1', 'token_id:2', 'token_id:950'],
      top_logprobs: [
        null,
        { 'token_id:1': -0.5 },
        { 'token_id:2': -1.5, 'token_id:900': -0.25 },
        { 'token_id:950': -0.25 },
      ],
      text_offset: [0, 3, 7, 13],
    });
    const one = await tenant.client.completions.create({ ...harness, prompt: [5, 6] });
    expect(one.choices.map(({ text }) => text)).toEqual(['56 end']);
  });

  test('continue token ids, and lists of prompts in their order', async () => {
    await tenant.client.completions.create({ model: baseModel, prompt: [[1, 2]] });
    expect(gateway.inference.requests.at(-1)!.prompt!.ids!.ids).toEqual([1, 2]);
    const { choices, usage } = await tenant.client.completions.create({
      model: baseModel,
      prompt: ['one', 'two words', 'three'],
      n: 2,
    });
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'base one'],
      [1, 'base one'],
      [2, 'base two words'],
      [3, 'base two words'],
      [4, 'base three'],
      [5, 'base three'],
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 14 });
    const many = Array.from({ length: 40 }, (_, i) => `prompt${i}`);
    const all = await tenant.client.completions.create({ model: baseModel, prompt: many });
    expect(all.choices.map(({ text }) => text)).toEqual(many.map((one) => `base ${one}`));
  });

  test('give the likeliest of several', async () => {
    const before = gateway.inference.requests.length;
    const request = { model: baseModel, prompt: 'x', n: 2, best_of: 4, return_token_ids: true };
    const { choices, usage } = await tenant.client.completions.create(request);
    // The later the choice, the likelier: in the order of their likelihoods.
    expect(choices.map(({ index, logprobs }) => [index, logprobs])).toEqual([
      [0, null],
      [1, null],
    ]);
    expect(usage!.completion_tokens).toBe(8);
    expect(gateway.inference.requests.length - before).toBe(4);
    const told = await tenant.client.completions.create({ ...request, logprobs: 0 });
    expect(told.choices.map(({ logprobs }) => logprobs!.token_logprobs![0])).toEqual([
      -0.125, -0.25,
    ]);
  });

  test('tell log-probabilities', async () => {
    const request = { model: baseModel, prompt: 'you', logprobs: 2 };
    const { choices } = await tenant.client.completions.create(request);
    expect(choices[0]!.logprobs).toEqual({
      tokens: ['base ', 'you'],
      token_logprobs: [-0.5, -0.75],
      top_logprobs: [
        { the: -0.25, a: -1.25, 'base ': -0.5 },
        { the: -0.25, a: -1.25, you: -0.75 },
      ],
      text_offset: [0, 5],
    });
    const offsets: number[] = [];
    for await (const chunk of await tenant.client.completions.create({ ...request, stream: true }))
      offsets.push(...(chunk.choices[0]!.logprobs?.text_offset ?? []));
    expect(offsets).toEqual([0, 5]);
  });

  test("tell log-probabilities of a prompt's tokens, as vLLM does", async () => {
    const request = { model: baseModel, prompt: ['one two three', 'x'], prompt_logprobs: 1 };
    const { choices, usage } = await tenant.client.completions.create(request);
    expect(choices).toMatchObject([
      {
        text: 'base one two three',
        logprobs: null,
        prompt_logprobs: [
          null,
          { 1: { logprob: -0.5, rank: 1, decoded_token: ' two' } },
          {
            900: { logprob: -0.25, rank: 1, decoded_token: ' the' },
            2: { logprob: -1.5, rank: 2, decoded_token: ' three' },
          },
        ],
      },
      { text: 'base x', prompt_logprobs: [null] },
    ]);
    expect(usage!.prompt_tokens).toBe(4);
    const none = { ...request, prompt_logprobs: 0 };
    const own = await tenant.client.completions.create(none);
    expect(own.choices[0]).toHaveProperty('prompt_logprobs.2', {
      2: { logprob: -1.5, rank: 2, decoded_token: ' three' },
    });
    const echoed = { ...request, echo: true, logprobs: 2, max_tokens: 0 };
    const both = await tenant.client.completions.create(echoed);
    expect(both.choices[0]).toMatchObject({
      text: 'one two three',
      logprobs: { top_logprobs: [null, { ' two': -0.5, ' 901': -901 }, expect.anything()] },
      prompt_logprobs: [null, { 1: { rank: 1 } }, { 2: { rank: 2 } }],
    });
    const chat = await tenant.client.chat.completions.create({
      ...ask('one'),
      prompt_logprobs: 1,
    } as never);
    expect(chat).toMatchObject({ prompt_logprobs: [null], choices: [{ index: 0 }] });
  });

  test('repeat prompts, in all combinations', async () => {
    const request = { model: baseModel, prompt: 'one two', echo: true };
    const plain = await tenant.client.completions.create(request);
    expect(plain.choices[0]).toMatchObject({ text: 'one twobase one two', logprobs: null });
    const scored = await tenant.client.completions.create({ ...request, logprobs: 1 });
    expect(scored.choices[0]!.text).toBe('one twobase one two');
    expect(scored.choices[0]!.logprobs).toMatchObject({
      tokens: ['one', ' two', 'base ', 'one ', 'two'],
      token_logprobs: [null, -0.5, -0.5, -0.75, -1],
      text_offset: [0, 3, 7, 12, 16],
    });
    const alone = await tenant.client.completions.create({
      ...request,
      prompt: ['one two', 'x'],
      max_tokens: 0,
      logprobs: 1,
    });
    expect(alone.choices).toMatchObject([
      { text: 'one two', finish_reason: 'length', logprobs: { token_logprobs: [null, -0.5] } },
      { text: 'x', logprobs: { token_logprobs: [null] } },
    ]);
    expect(alone.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 0 });
    const ids = await tenant.client.completions.create({ ...request, prompt: [5, 6], n: 2 });
    expect(ids.choices.map(({ text }) => text)).toEqual(Array(2).fill('56base 5 6'));
    const texts = ['', ''];
    for await (const { choices } of await tenant.client.completions.create({
      ...request,
      n: 2,
      logprobs: 0,
      stream: true,
    }))
      for (const { index, text } of choices) texts[index] += text;
    expect(texts).toEqual(Array(2).fill('one twobase one two'));
  });

  test.each([
    [{ prompt: [] }, 'prompt'],
    [{ prompt: [[]] }, 'prompt.0'],
    [{ prompt: [-1] }, 'prompt.0'],
    [{ prompt: [1, 'a'] }, 'prompt'],
    [{ logprobs: 6 }, 'logprobs'],
    [{ prompt_logprobs: 21 }, 'prompt_logprobs'],
    [{ prompt_logprobs: -1 }, 'prompt_logprobs'],
    [{ prompt_logprobs: 0, stream: true }, 'prompt_logprobs'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ n: 3, best_of: 2 }, 'best_of'],
    [{ best_of: 2, stream: true }, 'best_of'],
    [{ n: 3, prompt: Array(100).fill('x') }, 'n'],
    [{ suffix: 'x' }, 'suffix'],
  ])('refuse %j', async (wrong, param) => {
    await expect(
      tenant.client.completions.create({ model: baseModel, prompt: 'x', ...wrong } as never),
    ).rejects.toMatchObject({ status: 400, param });
  });
});
