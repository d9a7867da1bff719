// Answers: with a cache as without, in a batch as alone, and how they end.

import { describe, expect, test } from 'vitest';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { savedTensorName } from '#models/adapters/adapter.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import type { Chunk } from './running/chunk.js';
import { ADAPTER, prompt, useTinyEngine } from './testing/tiny-engine.js';

const given = useTinyEngine();
const { answer } = given;

/** Greedy tokens by the reference, which recomputes everything for every token. */
function uncached(start: readonly number[], count: number, adapter?: typeof ADAPTER): number[] {
  const ids = [...start];
  for (let i = 0; i < count; i++) {
    const logits = referenceLogits(TINY_CONFIG, tinyWeights(), ids, adapter).at(-1)!;
    ids.push(logits.indexOf(Math.max(...logits)));
    if (ids.at(-1)! >= 256) break;
  }
  return ids.slice(start.length);
}

describe('generation', () => {
  test('with the cache equals generation without, token for token, with and without adapter', async () => {
    const start = prompt('Who was it?');
    const base = await answer({ prompt: start, maxTokens: 12 });
    expect(base.ids).toEqual(uncached(start, 12));
    const adapted = await answer({ prompt: start, maxTokens: 12, adapter: 'forgets' });
    expect(adapted.ids).toEqual(uncached(start, 12, ADAPTER));
    expect(adapted.ids).not.toEqual(base.ids);
  });

  test('at once comes as one chunk that has all of it', async () => {
    const request = { prompt: prompt('Who was it?'), maxTokens: 12, temperature: 1, seed: 3 };
    const chunks: Chunk[] = [];
    for await (const chunk of given.engine.generate({ ...request, atOnce: true }))
      chunks.push(chunk);
    const { text, ids: tokenIds, finishReason } = await answer(request);
    expect(chunks).toEqual([{ text, tokenIds, finishReason }]);
  });

  test('at once ends with its signal', async () => {
    const controller = new AbortController();
    const request = { prompt: prompt('Who?'), maxTokens: 200, atOnce: true };
    const hanging = given.engine.generate({ ...request, signal: controller.signal }).next();
    controller.abort(new Error('enough'));
    await expect(hanging).rejects.toThrow('enough');
  });

  test('by adapters with a head of their own goes on beside the others, also once they are unloaded', async () => {
    const head = tinyWeights(TINY_CONFIG, 5).get('model.embed_tokens.weight')!;
    const files = writeAdapter({
      ...ADAPTER,
      modulesToSave: ['lm_head'],
      tensors: new Map([...ADAPTER.tensors, [savedTensorName('lm_head.weight'), head]]),
    });
    const start = prompt('Who was it?');
    const [base, adapted] = [
      await answer({ prompt: start }),
      await answer({ prompt: start, adapter: 'forgets' }),
    ];
    await given.engine.loadAdapter('headed', files);
    const requests = [{}, { adapter: 'headed' }, { adapter: 'forgets' }, { adapter: 'headed' }].map(
      (request) => answer({ prompt: start, ...request }),
    );
    given.engine.unloadAdapter('headed');
    const [one, two, three, four] = await Promise.all(requests);
    expect([one, three, four]).toEqual([base, adapted, two]);
    expect(two!.ids).not.toEqual(adapted.ids);
    await expect(answer({ prompt: start, adapter: 'headed' })).rejects.toThrow('headed');
  });

  test('in a batch equals generation alone', async () => {
    const requests = [
      'a',
      'What?',
      'A longer prompt than the others',
      'x y z',
      'one',
      'two',
      'three',
    ].map((text, i) => ({
      prompt: prompt(text),
      maxTokens: 5 + 7 * (i % 3),
      temperature: i % 2 ? 0.8 : 0,
      seed: i,
      ...(i % 3 ? {} : { adapter: 'forgets' }),
    }));
    const together = await Promise.all(requests.map((request) => answer(request)));
    for (const [i, request] of requests.entries())
      expect(await answer(request)).toEqual(together[i]);
  });

  test('ends at maxTokens and at the end of the context', async () => {
    expect(await answer({ prompt: prompt('a'), maxTokens: 3 })).toMatchObject({
      finishReason: 'length',
      ids: { length: 3 },
    });
    const long = prompt('ab'.repeat(126)); // 252 of 256
    const { ids, finishReason } = await answer({ prompt: long, maxTokens: 100 });
    expect([ids.length, finishReason]).toEqual([4, 'length']);
  });

  test('ends before a stop string', async () => {
    const whole = await answer({ prompt: prompt('tell'), temperature: 1, seed: 7 });
    const stop = whole.text.slice(5, 8);
    const cut = await answer({ prompt: prompt('tell'), temperature: 1, seed: 7, stop: [stop] });
    expect(cut.finishReason).toBe('stop');
    expect(cut.text).toBe(whole.text.slice(0, whole.text.indexOf(stop)));
  });

  test('begins at once for an owner that has nothing running, with the same bytes as alone', async () => {
    const alone = await answer({ prompt: prompt('newcomer'), maxTokens: 8 });
    let ended = 0;
    const many = Array.from({ length: 40 }, async (_, seed) => {
      const text = prompt('many');
      const one = await answer({
        prompt: text,
        maxTokens: 60,
        temperature: 1,
        seed,
        owner: 'many',
      });
      ended += 1;
      return one;
    });
    const late = await answer({ prompt: prompt('newcomer'), maxTokens: 8, owner: 'newcomer' });
    expect(late).toEqual(alone);
    expect(ended).toBeLessThan(20);
    const [first] = await Promise.all(many);
    expect(first).toEqual(
      await answer({ prompt: prompt('many'), maxTokens: 60, temperature: 1, seed: 0 }),
    );
  });

  test('aborted gives its row to the next, and the others go on', async () => {
    const controller = new AbortController();
    const other = answer({ prompt: prompt('other'), maxTokens: 60 });
    const hanging = given.engine.generate({
      prompt: prompt('hanging'),
      maxTokens: 200,
      temperature: 1,
      signal: controller.signal,
    });
    expect((await hanging.next()).done).toBe(false);
    controller.abort(new Error('enough'));
    await expect(
      (async () => {
        for await (const _ of hanging);
      })(),
    ).rejects.toThrow('enough');
    expect((await other).ids).toEqual(
      (await answer({ prompt: prompt('other'), maxTokens: 60 })).ids,
    );
    for await (const _ of given.engine.generate({ prompt: prompt('left'), maxTokens: 200 })) break;
    const after = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((text) => answer({ prompt: prompt(text), maxTokens: 2 })),
    );
    expect(after).toHaveLength(5);
  });
});
