// Answers to prompts as they come, and what is refused.

import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import { answer, chat, HELLO, TINY, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('answers at once where it is asked so, with the same text and usage', async () => {
    const chunks: GenerateChunk__Output[] = [];
    const request = { ...HELLO, sampling: { maxTokens: 8 }, atOnce: true };
    for await (const chunk of given.running.client.generate('acme', request)) chunks.push(chunk);
    expect(chunks).toMatchObject([await answer(given.running.client, HELLO)]);
  });

  test('answers conversations and texts, greedily the same each time', async () => {
    const first = await answer(given.running.client, HELLO);
    expect(first).toMatchObject({ finishReason: 'length', usage: { completionTokens: 8 } });
    expect(first.usage!.promptTokens).toBeGreaterThan(8);
    expect(await answer(given.running.client, HELLO)).toEqual(first);
    const text = await answer(given.running.client, { model: TINY, prompt: { text: 'Hello' } });
    expect(text.usage).toMatchObject({ promptTokens: 5, completionTokens: 8 });
  });

  test('shows no picture to a model that does not see, wherever it is asked', async () => {
    const { client } = given.running;
    const parts = [{ text: 'Hello' }, { image: { bytes: Buffer.from([1]), type: 'image/png' } }];
    const prompt = { chat: { messages: [{ role: 'user', parts }] } };
    const refused = {
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('"tiny" cannot be shown pictures'),
    };
    const asked = { model: TINY, prompt };
    await expect(answer(client, asked)).rejects.toMatchObject(refused);
    await expect(
      client.score('acme', { model: TINY, items: [{ prompt, completion: 'a' }] }),
    ).rejects.toMatchObject(refused);
    const counted = { base: 'tiny', prompts: [prompt] };
    await expect(client.countTokens('acme', counted)).rejects.toMatchObject(refused);
    await expect(client.tokenize('acme', counted)).rejects.toMatchObject(refused);
    const knowledge = { base: { space: 'a', hash: 'b'.repeat(64) } };
    await expect(answer(client, { ...asked, knowledge })).rejects.toThrow('goes without images');
  });

  test.each(['tiny', 'plain'])(
    'goes on after a given beginning of the answer, of %s',
    async (base) => {
      const model = { base };
      const begun = (prefix: string) => ({ ...chat('Hello'), prefix });
      const ask = (prefix: string) =>
        answer(given.running.client, { model, prompt: begun(prefix) });
      const [whole, nothing] = [
        await answer(given.running.client, { ...HELLO, model }),
        await ask(''),
      ];
      expect(nothing).toEqual(whole);
      const lead = base === 'plain' ? 1 : 0; // read with the prefix, and not said
      const asked = whole.usage!.promptTokens;
      expect((await ask('Ada is')).usage!.promptTokens).toBe(asked + lead + 6);
      const { prompts } = await given.running.client.countTokens('acme', {
        base,
        prompts: [begun(''), begun('Ada is'), { text: 'Ada', prefix: ' is' }],
      });
      expect(prompts.map(({ tokens }) => tokens)).toEqual([asked, asked + lead + 6, 6]);
      const { scores } = await given.running.client.score('acme', {
        model,
        items: [
          { prompt: begun(''), completion: 'Ada is' },
          { prompt: begun('Ada'), completion: ' is' },
        ],
      });
      expect(scores[1]!.tokenLogProbs).toHaveLength(3);
      for (const [i, logProb] of scores[1]!.tokenLogProbs.entries())
        expect(logProb).toBeCloseTo(scores[0]!.tokenLogProbs[lead + 3 + i]!, 5);
    },
  );

  test('says the rest of a text after its beginning, and appends one to a text', async () => {
    const ask = (prompt: GenerateRequest['prompt'], maxTokens: number) =>
      answer(given.running.client, { model: TINY, prompt, sampling: { maxTokens } });
    const whole = await ask({ text: 'Ada' }, 8);
    expect(await ask({ text: 'A', prefix: 'da' }, 8)).toEqual(whole);
    expect(await ask({ text: '', prefix: 'Ada' }, 8)).toEqual(whole);
  });

  test.each([
    [
      'an unknown model',
      { model: { base: 'tinier' } },
      status.NOT_FOUND,
      'unknown model "tinier"; known: broken, changed, plain, tiny',
    ],
    [
      'an unknown adapter',
      { model: { base: 'tiny', adapter: { space: 'model-job', hash: 'a'.repeat(64) } } },
      status.NOT_FOUND,
      `unknown adapter "${'a'.repeat(64)}"`,
    ],
    [
      'an adapter whose space is no id',
      { model: { base: 'tiny', adapter: { space: '../x', hash: 'a'.repeat(64) } } },
      status.INVALID_ARGUMENT,
      'model.adapter: expected the id of a space and a SHA-256 in hex',
    ],
    [
      'a scale of nothing',
      { model: { base: 'tiny', scale: 0.5 } },
      status.INVALID_ARGUMENT,
      'model.scale: expected an adapter whose change is scaled',
    ],
    [
      'an endless scale',
      { model: { base: 'tiny', scale: Infinity } },
      status.INVALID_ARGUMENT,
      'model.scale: expected a finite number, found Infinity',
    ],
    [
      'an unknown rounding',
      { model: { base: 'tiny', rounding: 'int3' } },
      status.INVALID_ARGUMENT,
      'model.rounding: expected one of int8, nf4, or none, found "int3"',
    ],
    [
      'a damaged model',
      { model: { base: 'broken' } },
      status.FAILED_PRECONDITION,
      /model\.safetensors is not a safetensors file/,
    ],
    [
      'a model that is not what its checksum says',
      { model: { base: 'changed' } },
      status.FAILED_PRECONDITION,
      /^changed\/model\.safetensors is damaged or another file/,
    ],
    [
      'no model',
      { model: null },
      status.INVALID_ARGUMENT,
      'model.base: expected the name of a base model',
    ],
    [
      'a prompt beyond the context',
      { prompt: { text: 'x'.repeat(300) } },
      status.OUT_OF_RANGE,
      "the prompt has 300 tokens, the context holds 256 with the answer's",
    ],
    [
      'a beginning of the answer beyond the context',
      { prompt: { text: 'x'.repeat(200), prefix: 'x'.repeat(100) } },
      status.OUT_OF_RANGE,
      "the prompt has 300 tokens, the context holds 256 with the answer's",
    ],
    [
      'an empty prompt',
      { prompt: { text: '' } },
      status.INVALID_ARGUMENT,
      'prompt: expected a conversation or a text',
    ],
    [
      'no messages',
      { prompt: { chat: { messages: [] } } },
      status.INVALID_ARGUMENT,
      /messages: expected at least one/,
    ],
    [
      'an odd role',
      { prompt: { chat: { messages: [{ role: 'wizard', content: '' }] } } },
      status.INVALID_ARGUMENT,
      /messages\[0\]\.role/,
    ],
    [
      'an odd temperature',
      { sampling: { temperature: -1 } },
      status.INVALID_ARGUMENT,
      /sampling\.temperature/,
    ],
    ['an odd top_p', { sampling: { topP: 2 } }, status.INVALID_ARGUMENT, /sampling\.top_p/],
  ] as const)('refuses %s', async (_name, change, code, said) => {
    const refused = answer(given.running.client, { ...HELLO, ...(change as GenerateRequest) });
    await expect(refused).rejects.toMatchObject({
      code,
      publicMessage: typeof said === 'string' ? said : expect.stringMatching(said),
    });
  });
});
