// Answers by strategies, by beams and by what a context adds.

import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import { answer, HELLO, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('answers by a strategy, and tells what that did', async () => {
    const decoding = { strategy: 'energy', layers: { from: 1, to: 1 } };
    const asked = { ...HELLO, sampling: { maxTokens: 8, decoding } };
    const { text, usage, decoding: used } = await answer(given.running.client, asked);
    expect(text).not.toBe((await answer(given.running.client, HELLO)).text);
    expect(usage!.completionTokens).toBe(8);
    expect(used).toMatchObject({ steps: 8, skipped: 0, layers: { 1: 8 } });
    expect(used!.changed).toBeGreaterThan(0);
    const deep = { strategy: 'deco', layers: { from: 1, to: 3 } };
    await expect(
      answer(given.running.client, { ...HELLO, sampling: { decoding: deep } }),
    ).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('the model has 2 layers'),
    });
  });

  test('searches by beams, and tells all answers in one message', async () => {
    const asked = (beams: object, more: object = {}) => ({
      ...HELLO,
      sampling: { maxTokens: 8, beams: { width: 3, given: 2, ...beams } },
      ...more,
    });
    const chunks: GenerateChunk__Output[] = [];
    const request = asked({}, { tokenIds: true, logProbs: 0 });
    for await (const chunk of given.running.client.generate('acme', request)) chunks.push(chunk);
    expect(chunks).toHaveLength(1);
    const [best] = chunks as [GenerateChunk__Output];
    expect(best.beside).toHaveLength(1);
    expect(best.usage).toMatchObject({ completionTokens: 16 });
    const answers = [best, ...best.beside];
    const likelihoods = answers.map(({ logProbs }) =>
      logProbs.reduce((sum, { logProb }) => sum + logProb, 0),
    );
    expect(likelihoods[0]).toBeGreaterThan(likelihoods[1]!);
    for (const { tokenIds, promptTokenIds } of answers) {
      expect(tokenIds).toHaveLength(8);
      expect(promptTokenIds).toHaveLength(best.usage!.promptTokens);
    }
    const alone = asked({ width: 1, given: 1 });
    expect(await answer(given.running.client, alone)).toEqual(
      await answer(given.running.client, HELLO),
    );
    await expect(answer(given.running.client, asked({ width: 9 }))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('1 to 8, the rows that a replica has (MAX_BATCH), found 9'),
    });
    await expect(answer(given.running.client, asked({}, { resume: [1] }))).rejects.toMatchObject({
      publicMessage: 'resume: goes without beams',
    });
  });

  test('answers by what a context adds', async () => {
    const asked = (alpha: number) => {
      const decoding = { strategy: 'cad', alpha, without: 'Is it?' };
      return answer(given.running.client, { ...HELLO, sampling: { maxTokens: 8, decoding } });
    };
    const plain = await answer(given.running.client, HELLO);
    const [none, much] = [await asked(0), await asked(20)];
    expect(none.text).toBe(plain.text);
    expect(much.text).not.toBe(plain.text);
    expect(much.usage!.promptTokens).toBe(plain.usage!.promptTokens);
    expect(much.decoding).toMatchObject({ steps: 8, skipped: 0 });
  });
});
