// Scores of completions and of whole texts.

import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { answer, chat, TINY, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('scores completions token by token', async () => {
    const items = ['Ada', '~', ''].map((completion) => ({ prompt: chat('Hello'), completion }));
    const { scores } = await given.running.client.score('acme', { model: TINY, items });
    expect(scores.map(({ tokenLogProbs }) => tokenLogProbs.length)).toEqual([3, 1, 0]);
    expect(scores[0]!.sum).toBeCloseTo(
      scores[0]!.tokenLogProbs.reduce((a, b) => a + b),
      4,
    );
    const adapted = await given.running.client.score('acme', {
      model: { base: 'tiny', adapter: given.adapter },
      items,
    });
    expect(adapted.scores[0]!.sum).not.toBeCloseTo(scores[0]!.sum, 2);
  });

  test('scores the end of the turn and what else is likely, where asked', async () => {
    const items = ['Ada', ''].map((completion) => ({ prompt: chat('Hello'), completion }));
    const score = async (options: { detail?: boolean; end?: boolean }, base = 'tiny') =>
      (await given.running.client.score('acme', { model: { base }, items, ...options })).scores;
    const [plain, ended] = [await score({}), await score({ end: true, detail: true })];
    expect(plain[0]).toMatchObject({ greedy: [], mean: [], variance: [] });
    expect(ended.map(({ tokenLogProbs }) => tokenLogProbs.length)).toEqual([4, 1]);
    expect(ended[0]!.tokenLogProbs.slice(0, 3)).toEqual(plain[0]!.tokenLogProbs);
    for (const { greedy, mean, variance, tokenLogProbs } of ended) {
      const { length } = tokenLogProbs;
      expect([greedy.length, mean.length, variance.length]).toEqual([length, length, length]);
      expect(mean.every((x) => x < 0) && variance.every((x) => x > 0)).toBe(true);
    }
    expect((await score({ end: true }, 'plain'))[0]!.tokenLogProbs).toHaveLength(' Ada'.length + 1);
  });

  test('scores what each layer leaves, where asked', async () => {
    const request = { model: TINY, items: [{ prompt: chat('Hello'), completion: 'Ada' }] };
    const score = async (options: object) =>
      (await given.running.client.score('acme', { ...request, ...options })).scores[0]!;
    const [plain, lens] = [await score({}), await score({ layers: true })];
    expect(plain.layers).toEqual([]);
    expect(lens.tokenLogProbs).toEqual(plain.tokenLogProbs);
    expect(lens.layers.at(-1)!.logProbs).toEqual(plain.tokenLogProbs);
    expect(new Set(lens.layers.map(({ logProbs }) => logProbs.length))).toEqual(new Set([3]));
    expect(lens.layers[0]!.logProbs).not.toEqual(plain.tokenLogProbs);
  });

  test('scores whole texts, and says what would go on after them', async () => {
    const text = 'Ada 林 was';
    const bytes = [...Buffer.from(text)];
    const score = async (prompts: object[], options = {}) =>
      (
        await given.running.client.score('acme', {
          model: TINY,
          items: prompts.map((prompt) => ({ prompt, ...options })),
          whole: true,
        })
      ).scores;
    const [whole, byIds] = await score([{ text }, { ids: { ids: bytes } }]);
    expect(byIds).toEqual(whole);
    const { scores } = await given.running.client.score('acme', {
      model: TINY,
      items: [{ prompt: { text: 'A' }, completion: text.slice(1) }],
      detail: true,
    });
    expect(whole).toMatchObject({
      tokenLogProbs: scores[0]!.tokenLogProbs,
      sum: scores[0]!.sum,
    });
    const { tokens, ids, places } = whole!.spelling!;
    expect(ids).toEqual(bytes);
    expect(tokens.length).toBe(bytes.length);
    expect(tokens.join('')).toBe(text);
    expect(places.map(({ top }) => top.length)).toEqual(bytes.map(() => 1));
    for (const [i, greedy] of scores[0]!.greedy.entries()) {
      const { logProb, rank, top } = places[i]!;
      expect(logProb).toBeCloseTo(whole!.tokenLogProbs[i]!, 5);
      expect([logProb === top[0]!.logProb, rank === 1]).toEqual([greedy, greedy]);
    }
    const next = await answer(given.running.client, {
      model: TINY,
      prompt: { text },
      sampling: { maxTokens: 1 },
    });
    expect(places.at(-1)!.top[0]!.text).toBe(next.text);
    const refused = { code: status.INVALID_ARGUMENT };
    await expect(score([{ text }], { completion: 'x' })).rejects.toMatchObject(refused);
    await expect(score([{ ids: { ids: [65, 259] } }])).rejects.toMatchObject(refused);
    await expect(score([{ ids: { ids: [] } }])).rejects.toMatchObject(refused);
    const long = { code: status.OUT_OF_RANGE };
    await expect(
      score([{ ids: { ids: bytes.slice(0, 1).concat(Array(256).fill(65)) } }]),
    ).rejects.toMatchObject(long);
    expect((await score([{ ids: { ids: [65] } }]))[0]!.tokenLogProbs).toEqual([]);
  });

  test('tells the likeliest tokens in the places of a text, as a completion of each would', async () => {
    const text = 'Ada was born';
    const { scores } = await given.running.client.score('acme', {
      model: { base: 'tiny', adapter: given.adapter },
      items: [{ prompt: { text } }],
      whole: true,
      likeliest: 20,
    });
    const { ids, places } = scores[0]!.spelling!;
    expect(places.length).toBe(ids.length);
    for (const [i, { top, rank, logProb }] of places.entries()) {
      const chunks = given.running.client.generate('acme', {
        model: { base: 'tiny', adapter: given.adapter },
        prompt: { ids: { ids: ids.slice(0, i + 1) } },
        sampling: { maxTokens: 1, allowedTokenIds: ids.slice(i + 1, i + 2) },
        logProbs: 20,
      });
      const [told] = (await chunks.next()).value!.logProbs;
      expect(top.map(({ id }) => id)).toEqual(told!.top.map(({ id }) => id));
      for (const [at, other] of told!.top.entries())
        expect(top[at]!.logProb).toBeCloseTo(other.logProb, 4);
      if (i + 1 === ids.length) continue;
      expect(told!.id).toBe(ids[i + 1]);
      expect(rank).toBe(told!.rank);
      expect(logProb).toBeCloseTo(told!.logProb, 4);
      expect(logProb).toBeLessThanOrEqual(top[Math.min(rank, 20) - 1]!.logProb);
    }
    const many = given.running.client.score('acme', {
      model: TINY,
      items: [{ prompt: { text } }],
      whole: true,
      likeliest: 21,
    });
    await expect(many).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: 'likeliest: expected at most 20 tokens, found 21',
    });
  });

  test('refuses to score a completion that the context cannot hold, or scores its beginning', async () => {
    const score = (completion: string, cut: boolean) =>
      given.running.client.score('acme', {
        model: TINY,
        items: [{ prompt: { text: 'Hello' }, completion }],
        cut,
      });
    const long = 'a'.repeat(300);
    await expect(score(long, false)).rejects.toMatchObject({ code: status.OUT_OF_RANGE });
    const [cut] = (await score(long, true)).scores;
    expect(cut!.tokenLogProbs).toHaveLength(256 - 'Hello'.length);
    expect((await score(long.slice(0, 256 - 'Hello'.length), false)).scores[0]).toEqual(cut);
    const prompt = { text: long };
    const items = [{ prompt, completion: 'a' }];
    const impossible = given.running.client.score('acme', { model: TINY, items, cut: true });
    await expect(impossible).rejects.toMatchObject({ code: status.OUT_OF_RANGE });
  });

  test('scores what the template puts before an answer along with it', async () => {
    const { scores } = await given.running.client.score('acme', {
      model: { base: 'plain' },
      items: [{ prompt: chat('Hello'), completion: 'Ada' }],
    });
    expect(scores[0]!.tokenLogProbs).toHaveLength(' Ada'.length);
  });
});
