// Chat completions, and what becomes of an answer whose replica ends.

import { beforeAll, describe, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { ask, baseModel, contextLength } from '../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

describe('an answer whose replica ends', () => {
  const said = async (asked: object): Promise<string> => {
    const stream = await tenant.client.chat.completions.create({
      ...ask('dying'),
      stream: true,
      ...asked,
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    return text;
  };

  test('goes on at another, streamed or whole, and counts as one', async () => {
    expect(await said({})).toBe('so on');
    expect(gateway.inference.requests.at(-1)).toMatchObject({ resume: [1] });
    const whole = await tenant.client.chat.completions.create(ask('dying'));
    expect(whole).toMatchObject({
      choices: [{ message: { content: 'so on' } }],
      usage: { completion_tokens: 2 },
    });
  });

  test('ends in an error where the request says so', async () => {
    await expect(said({ failover: false })).rejects.toThrow(
      'The inference service cannot be reached',
    );
  });
});

describe('chat completions', () => {
  test('answer whole', async () => {
    const completion = await tenant.client.chat.completions.create({
      ...ask('who are you'),
      temperature: 0,
      seed: 7,
    });
    expect(completion).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: baseModel,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'base who are you' },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    });
    const request = gateway.inference.requests.at(-1)!;
    expect(request).toMatchObject({
      tenant: tenant.id,
      model: { base: baseModel, adapter: null },
      sampling: { temperature: 0, topP: 1, seed: 7, maxTokens: 0 },
    });
  });

  test('answer as a stream, with usage where asked for', async () => {
    const stream = await tenant.client.chat.completions.create({
      ...ask('a b c'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]!.choices[0]!.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      'base a b c',
    );
    expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 7 } });
  });

  test('pass on what shapes them, and let through what does not', async () => {
    const body = {
      model: baseModel,
      messages: [
        { role: 'developer' as const, content: 'be brief' },
        {
          role: 'user' as const,
          content: [
            { type: 'text' as const, text: 'one ' },
            { type: 'text' as const, text: 'two' },
          ],
        },
      ],
      max_completion_tokens: 2,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop: 'end',
      seed: -1,
      user: 'someone',
      parallel_tool_calls: true,
      presence_penalty: null,
    };
    const completion = await tenant.client.chat.completions.create(body);
    expect(completion.choices[0]).toMatchObject({
      message: { content: 'base one' },
      finish_reason: 'length',
    });
    const { sampling, prompt } = gateway.inference.requests.at(-1)!;
    expect(sampling).toMatchObject({
      maxTokens: 2,
      temperature: 0.5,
      topP: expect.closeTo(0.9),
      topK: 5,
      stop: ['end'],
      seed: 0xffffffff,
    });
    expect(prompt!.chat!.messages).toMatchObject([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'one two' },
    ]);
  });

  test.each([
    [{ n: 0 }, 'n'],
    [{ n: 129 }, 'n'],
    [{ top_logprobs: 2 }, 'top_logprobs'],
    [{ logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    [{ logprobs: 1 }, 'logprobs'],
    [{ frequency_penalty: 2.1 }, 'frequency_penalty'],
    [{ presence_penalty: -3 }, 'presence_penalty'],
    [{ repetition_penalty: 0 }, 'repetition_penalty'],
    [{ min_p: 1.5 }, 'min_p'],
    [{ top_k: -2 }, 'top_k'],
    [{ logit_bias: { one: 1 } }, 'logit_bias'],
    [{ logit_bias: { '-1': 1 } }, 'logit_bias'],
    [{ logit_bias: { 5: 101 } }, 'logit_bias.5'],
    [{ allowed_token_ids: [] }, 'allowed_token_ids'],
    [{ stop_token_ids: [1.5] }, 'stop_token_ids.0'],
    [{ bad_words: [''] }, 'bad_words.0'],
    [{ best_of: 2 }, 'best_of'],
    [{ temperature: 3 }, 'temperature'],
    [{ top_p: -0.1 }, 'top_p'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    [{ stop: ['1', '2', '3', '4', '5'] }, 'stop'],
  ])('refuse %j by the field', async (wrong, param) => {
    await expect(
      tenant.client.chat.completions.create({ ...ask('x'), ...wrong } as never),
    ).rejects.toMatchObject({ status: 400, param, type: 'invalid_request_error' });
  });

  test('hand on all that shapes how tokens are chosen', async () => {
    const fields = {
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
      repetition_penalty: 1.5,
      min_p: 0.25,
      min_tokens: 1,
      ignore_eos: true,
      logit_bias: { 5: -100, 7: 1.5 },
      stop_token_ids: [9],
      include_stop_str_in_output: true,
      bad_words: ['never'],
      allowed_token_ids: [5, 7],
      skip_special_tokens: false,
      top_k: -1,
    };
    await tenant.client.chat.completions.create({ ...ask('x'), ...fields } as never);
    const request = gateway.inference.requests.at(-1);
    expect(request).not.toHaveProperty('logProbs');
    expect(request).toMatchObject({
      tokenIds: false,
      sampling: {
        frequencyPenalty: 0.5,
        presencePenalty: -0.5,
        repetitionPenalty: 1.5,
        minP: 0.25,
        minTokens: 1,
        ignoreEos: true,
        logitBias: { 5: -100, 7: 1.5 },
        stopTokenIds: [9],
        includeStop: true,
        badWords: ['never'],
        allowedTokenIds: [5, 7],
        spellSpecial: true,
        topK: 0,
        choice: 0,
      },
    });
  });

  const token = (text: string, logprob: number, tops: number) => ({
    token: text,
    logprob,
    bytes: [...Buffer.from(text)],
    top_logprobs: ['the', 'a'].slice(0, tops).map((other, i) => ({
      token: other,
      logprob: -0.25 - i,
      bytes: [...Buffer.from(other)],
    })),
  });

  test('tell log-probabilities, whole and streamed', async () => {
    const request = { ...ask('you'), logprobs: true, top_logprobs: 2 };
    const { choices } = await tenant.client.chat.completions.create(request);
    const content = [token('base ', -0.5, 2), token('you', -0.75, 2)];
    expect(choices[0]!.logprobs).toEqual({ content, refusal: null });
    const streamed: object[] = [];
    for await (const chunk of await tenant.client.chat.completions.create({
      ...request,
      stream: true,
    }))
      streamed.push(...(chunk.choices[0]!.logprobs?.content ?? []));
    expect(streamed).toEqual(content);
    const plain = await tenant.client.chat.completions.create({ ...ask('you'), logprobs: true });
    expect(plain.choices[0]!.logprobs!.content![1]).toEqual(token('you', -0.75, 0));
    const without = await tenant.client.chat.completions.create(ask('you'));
    expect(without.choices[0]!.logprobs).toBeNull();
  });

  test('are several where asked for, of one prompt, interleaved in a stream', async () => {
    const request = { ...ask('a b'), n: 3, seed: 5 };
    const { choices, usage } = await tenant.client.chat.completions.create(request);
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual(
      [0, 1, 2].map((index) => [index, 'base a b']),
    );
    expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 9, total_tokens: 11 });
    const calls = gateway.inference.requests.slice(-3).map(({ sampling }) => sampling!);
    expect(calls.map(({ choice }) => choice).toSorted()).toEqual([0, 1, 2]);
    expect(new Set(calls.map(({ seed }) => seed))).toEqual(new Set([5]));
    const texts = ['', '', ''];
    const ends: number[] = [];
    for await (const chunk of await tenant.client.chat.completions.create({
      ...request,
      stream: true,
    }))
      for (const { index, delta, finish_reason: finish } of chunk.choices) {
        texts[index] += delta.content ?? '';
        if (finish) ends.push(index);
      }
    expect(texts).toEqual(Array(3).fill('base a b'));
    expect(ends.toSorted()).toEqual([0, 1, 2]);
  });

  test('say what ended them, and by which code they were made', async () => {
    const completion = await tenant.client.chat.completions.create({ ...ask('x'), stop: ['end'] });
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', stop_reason: 'end' });
    expect(completion.system_fingerprint).toMatch(/^fp_/);
    expect(completion.usage!.prompt_tokens_details).toEqual({ cached_tokens: 0 });
  });

  test('tell token ids where asked for', async () => {
    const ids = { return_token_ids: true };
    expect(
      await tenant.client.chat.completions.create({ ...ask('you'), ...ids } as never),
    ).toMatchObject({ prompt_token_ids: [1, 2], choices: [{ token_ids: [5, 3] }] });
    const named = { logprobs: true, return_tokens_as_token_ids: true };
    const { choices } = await tenant.client.chat.completions.create({ ...ask('you'), ...named });
    expect(choices[0]!.logprobs!.content!.map((one) => one.token)).toEqual([
      'token_id:5',
      'token_id:3',
    ]);
  });

  test('tell usage at the end, or as it grows', async () => {
    const usages = async (options: object): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const { usage } of await tenant.client.chat.completions.create({
        ...ask('a b c'),
        stream: true,
        stream_options: options,
      }))
        found.push(usage);
      return found;
    };
    const atEnd = await usages({ include_usage: true });
    expect(atEnd.slice(0, -1).every((usage) => usage === null)).toBe(true);
    expect(atEnd.at(-1)).toMatchObject({ completion_tokens: 4 });
    const growing = await usages({ include_usage: true, continuous_usage_stats: true });
    expect(growing.slice(1, 4)).toMatchObject(
      [1, 2, 3].map((count) => ({ completion_tokens: count })),
    );
    expect(await usages({})).not.toContain(null);
  });

  test('answer 404 for a model that does not exist, never with the base model', async () => {
    const asked = gateway.inference.requests.length;
    const tuned = `ft:${baseModel}:acme::00000000`;
    await expect(
      tenant.client.chat.completions.create({ ...ask('x'), model: tuned }),
    ).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    expect(gateway.inference.requests.length).toBe(asked);
    await expect(
      tenant.client.chat.completions.create({ ...ask('x'), model: 'nothing' }),
    ).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  test('refuse a prompt that is longer than the context, streaming or not', async () => {
    const long = ask('word '.repeat(contextLength + 1));
    const refusal = { status: 400, code: 'context_length_exceeded', param: 'messages' };
    await expect(tenant.client.chat.completions.create(long)).rejects.toMatchObject(refusal);
    await expect(
      tenant.client.chat.completions.create({ ...long, stream: true }),
    ).rejects.toMatchObject(refusal);
  });

  test('name the field that has such a prompt', async () => {
    const prompt = 'word '.repeat(contextLength + 1);
    await expect(
      tenant.client.completions.create({ model: baseModel, prompt }),
    ).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'prompt' });
  });

  test('end at inference when the client hangs up', async () => {
    const stream = await tenant.client.chat.completions.create({ ...ask('endless'), stream: true });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content === 'and ') break;
    }
    await gateway.inference.cancelled;
  });

  test('tell of a failure after the first word', async () => {
    const stream = await tenant.client.chat.completions.create({ ...ask('broken'), stream: true });
    const read = async () => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    };
    await expect(read()).rejects.toMatchObject({
      error: { type: 'server_error', code: 'inference_error' },
    });
  });
});
