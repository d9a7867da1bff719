import { beforeAll, describe, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel, contextLength } from '../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

const ask = (content: string) => ({
  model: baseModel,
  messages: [{ role: 'user' as const, content }],
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
    [{ n: 2 }, 'n'],
    [{ temperature: 3 }, 'temperature'],
    [{ top_p: -0.1 }, 'top_p'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    [{ logprobs: true }, 'logprobs'],
    [{ stop: ['1', '2', '3', '4', '5'] }, 'stop'],
  ])('refuse %j by the field', async (wrong, param) => {
    await expect(
      tenant.client.chat.completions.create({ ...ask('x'), ...wrong } as never),
    ).rejects.toMatchObject({ status: 400, param, type: 'invalid_request_error' });
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
    const refusal = { status: 400, code: 'context_length_exceeded' };
    await expect(tenant.client.chat.completions.create(long)).rejects.toMatchObject(refusal);
    await expect(
      tenant.client.chat.completions.create({ ...long, stream: true }),
    ).rejects.toMatchObject(refusal);
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
    expect(usage).toEqual({ prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 });
    const byIds = await tenant.client.completions.create({ ...harness, prompt: [[5, 6], [7]] });
    expect(byIds.choices.map(({ text }) => text)).toEqual(['56 end', '7 end']);
    const one = await tenant.client.completions.create({ ...harness, prompt: [5, 6] });
    expect(one.choices.map(({ text }) => text)).toEqual(['56 end']);
  });

  test('continue token ids', async () => {
    await tenant.client.completions.create({ model: baseModel, prompt: [[1, 2]] });
    expect(gateway.inference.requests.at(-1)!.prompt!.ids!.ids).toEqual([1, 2]);
  });

  test.each([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: [[]] }, 'prompt.0'],
    [{ prompt: [-1] }, 'prompt.0'],
    [{ prompt: [1, 'a'] }, 'prompt'],
    [{ echo: true }, 'echo'],
    [{ logprobs: 1 }, 'logprobs'],
    [{ ...harness, logprobs: 5 }, 'logprobs'],
    [{ ...harness, max_tokens: 2 }, 'max_tokens'],
    [{ ...harness, temperature: 1 }, 'temperature'],
    [{ ...harness, stream: true }, 'stream'],
  ])('refuse %j', async (wrong, param) => {
    await expect(
      tenant.client.completions.create({ model: baseModel, prompt: 'x', ...wrong } as never),
    ).rejects.toMatchObject({ status: 400, param });
  });
});

describe('models', () => {
  test('are listed and found', async () => {
    expect((await tenant.client.models.list()).data).toEqual([
      expect.objectContaining({
        id: baseModel,
        object: 'model',
        owned_by: 'lethe',
        context_length: contextLength,
      }),
    ]);
    expect((await tenant.client.models.retrieve(baseModel)).id).toBe(baseModel);
    await expect(tenant.client.models.retrieve('nothing')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(tenant.client.models.delete(baseModel)).rejects.toMatchObject({ status: 403 });
  });
});
