// Scores with another model's states in the place of a model's own.

import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import { chat, TINY, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test("scores with another model's states in the place of its own, layer by layer", async () => {
    const model = { base: 'tiny', adapter: given.adapter };
    const items = ['Ada', ''].map((completion) => ({ prompt: chat('Hello'), completion }));
    const score = async (asked: object) =>
      (await given.running.client.score('acme', { model, items, ...asked })).scores;
    const [plain] = await score({});
    const sources = [TINY, { ...model, scale: 0.5 }, { ...TINY, rounding: 'nf4' }, model];
    for (const source of sources) {
      const [own] = await score({ model: source });
      const [{ tokenLogProbs, patched }, none] = (await score({ source })) as [
        CompletionScore__Output,
        CompletionScore__Output,
      ];
      expect(tokenLogProbs).toEqual(plain!.tokenLogProbs);
      expect(patched.map(({ logProbs }) => logProbs.length)).toEqual([3, 3]);
      expect(patched.at(-1)!.logProbs).toEqual(own!.tokenLogProbs);
      expect(patched[0]!.logProbs.every((p, i) => p === tokenLogProbs[i])).toBe(source === model);
      expect(none).toMatchObject({ tokenLogProbs: [], patched: [] });
    }
  });

  test.each([
    [
      { base: 'plain' },
      {},
      'source.base: expected "tiny", as one base model is in memory at a time (MAX_MODELS), found "plain"',
    ],
    [{ base: '' }, {}, 'source.base: expected the name of a base model'],
    [{ base: 'tiny', scale: 2 }, {}, 'source.scale: expected an adapter whose change is scaled'],
    [
      { base: 'tiny', rounding: 'int8' },
      { model: { base: 'tiny', rounding: 'nf4' } },
      'source.rounding: expected none where the model is rounded',
    ],
    [{ base: 'tiny' }, { whole: true }, 'source: goes without whole'],
    [{ base: 'tiny' }, { layers: true }, 'source: goes without layers'],
    [{ base: 'tiny' }, { detail: true }, 'source: goes without detail'],
    [{ base: 'tiny' }, { gradient: true }, 'source: goes without gradient'],
  ])('refuses the states of %o with %o', async (source, options, publicMessage) => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const refused = given.running.client.score('acme', { model: TINY, items, source, ...options });
    await expect(refused).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, publicMessage });
  });

  test("puts no adapter's states into a model but for the tenant whose it is", async () => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const source = { base: 'tiny', adapter: given.adapter };
    const foreign = given.running.client.score('other', { model: TINY, items, source });
    await expect(foreign).rejects.toMatchObject({
      code: status.NOT_FOUND,
      publicMessage: `unknown adapter "${given.adapter.hash}"`,
    });
    // What was taken for the call is given back.
    const { scores } = await given.running.client.score('acme', { model: TINY, items, source });
    expect(scores).toHaveLength(1);
  });
});
