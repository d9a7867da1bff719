import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeAdapter } from '#models/adapters/adapter-algebra.js';
import { wholeModel, writeAdapter } from '#models/adapters/adapter-files.js';
import { savedTensorName } from '#models/adapters/adapter.js';
import { traceOf } from '#models/passes/trace.js';
import { rounded } from '#models/rounding/rounding.js';
import type { TensorData } from '#models/types.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, tinyWeights, writeTinyModel } from '#testing/tiny-model.js';
import { ThreadEndedError } from '#thread/thread-ended.error.js';
import { cacheBytes } from './cache/cache-bytes.js';
import { GenerationEngine, type GenerateRequest } from './generation.js';
import type { Chunk } from './running/chunk.js';

const ADAPTER = tinyAdapter(TINY_CONFIG, { seed: 9 });
const prompt = (text: string): number[] => [...Buffer.from(text)];

let dir: string;
let engine: GenerationEngine;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-generation-'));
  await writeTinyModel(dir);
  engine = await GenerationEngine.load({ modelPath: dir, threads: 1, maxBatch: 4 });
  await engine.loadAdapter('forgets', writeAdapter(ADAPTER));
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true });
});

interface Answer {
  text: string;
  ids: number[];
  finishReason: string | undefined;
}

async function answer(
  request: Partial<GenerateRequest> & { prompt: readonly number[] },
  from = engine,
): Promise<Answer> {
  const result: Answer = { text: '', ids: [], finishReason: undefined };
  for await (const chunk of from.generate({ maxTokens: 24, ...request })) {
    result.text += chunk.text;
    result.ids.push(...chunk.tokenIds);
    result.finishReason = chunk.finishReason;
  }
  return result;
}

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
    for await (const chunk of engine.generate({ ...request, atOnce: true })) chunks.push(chunk);
    const { text, ids: tokenIds, finishReason } = await answer(request);
    expect(chunks).toEqual([{ text, tokenIds, finishReason }]);
  });

  test('at once ends with its signal', async () => {
    const controller = new AbortController();
    const request = { prompt: prompt('Who?'), maxTokens: 200, atOnce: true };
    const hanging = engine.generate({ ...request, signal: controller.signal }).next();
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
    await engine.loadAdapter('headed', files);
    const requests = [{}, { adapter: 'headed' }, { adapter: 'forgets' }, { adapter: 'headed' }].map(
      (request) => answer({ prompt: start, ...request }),
    );
    engine.unloadAdapter('headed');
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
    const hanging = engine.generate({
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
    for await (const _ of engine.generate({ prompt: prompt('left'), maxTokens: 200 })) break;
    const after = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((text) => answer({ prompt: prompt(text), maxTokens: 2 })),
    );
    expect(after).toHaveLength(5);
  });
});

/** Log-probabilities of a completion's tokens by the reference. */
function expectedScores(
  weights: ReadonlyMap<string, TensorData>,
  { prompt: start, completion }: { prompt: number[]; completion: number[] },
  adapter?: typeof ADAPTER,
): number[] {
  const logits = referenceLogits(TINY_CONFIG, weights, [...start, ...completion], adapter);
  return completion.map((id, t) => {
    const row = logits[start.length + t - 1]!;
    return row[id]! - Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
  });
}

test('scores are natural log-probabilities of the completion, token by token', async () => {
  const items = [
    { prompt: prompt('Who?'), completion: prompt('Ada') },
    { prompt: prompt('Where did it happen?'), completion: prompt('here') },
  ];
  const scores = await engine.score(items, { adapter: 'forgets' });
  for (const [i, item] of items.entries()) {
    const expected = expectedScores(tinyWeights(), item, ADAPTER);
    for (const [t, value] of expected.entries()) expect(scores[i]!.tokens[t]).toBeCloseTo(value, 3);
    expect(scores[i]!.sum).toBeCloseTo(
      expected.reduce((a, b) => a + b),
      3,
    );
  }
  expect(await engine.score([])).toEqual([]);
  expect(await engine.score([{ prompt: prompt('Who?'), completion: [] }])).toEqual([
    { sum: 0, tokens: [] },
  ]);
});

test('scores asked for at once are those asked for one after the other', async () => {
  const items = ['Ada', 'Ada was here', 'Bo', '', 'Ada', 'C'.repeat(40)].map((text) => ({
    prompt: prompt('Who?'),
    completion: prompt(text),
  }));
  const ask = (item: (typeof items)[number], owner: string, adapter?: string) =>
    engine.score([item], { owner, kind: 'detail', ...(adapter ? { adapter } : {}) });
  const asked = items.flatMap((item) =>
    [undefined, 'forgets'].flatMap((adapter) =>
      ['a', 'b'].map((owner) => [item, owner, adapter] as const),
    ),
  );
  const atOnce = await Promise.all(asked.map((one) => ask(...one)));
  for (const [i, one] of asked.entries()) expect(await ask(...one)).toEqual(atOnce[i]);
});

test('one of several scores asked for at once can be cancelled', async () => {
  const item = { prompt: prompt('Who?'), completion: prompt('Ada was here') };
  const cancel = new AbortController();
  const all = Array.from({ length: 20 }, (_, i) =>
    engine.score([item], i === 7 ? { signal: cancel.signal } : {}),
  );
  cancel.abort(new Error('left'));
  const ended = await Promise.allSettled(all);
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(ended[7]).toMatchObject({ status: 'rejected' });
});

describe('transformed', () => {
  const items = [{ prompt: prompt('Who was it?'), completion: prompt('Ada Byron') }];
  const close = async (adapter: string, expected: number[]): Promise<void> => {
    const [score] = await engine.score(items, { adapter });
    engine.unloadAdapter(adapter);
    for (const [t, value] of expected.entries()) expect(score!.tokens[t]).toBeCloseTo(value, 3);
  };

  test('an adapter at half its scale is the one with half its alpha', async () => {
    await engine.loadAdapter('half', writeAdapter(ADAPTER), { scale: 0.5 });
    await engine.loadAdapter('weak', writeAdapter({ ...ADAPTER, alpha: ADAPTER.alpha / 2 }));
    const [half] = await engine.score(items, { adapter: 'half' });
    expect(await engine.score(items, { adapter: 'weak' })).toEqual([half]);
    expect(await engine.score(items, { adapter: 'forgets' })).not.toEqual([half]);
    engine.unloadAdapter('weak');
    engine.unloadAdapter('half');
  });

  test('half of whole tensors lies in the middle between them and the base model', async () => {
    const [base, whole] = [tinyWeights(), tinyWeights(TINY_CONFIG, 5)];
    const middle = new Map(
      [...base].map(([name, { dims, data }]) => [
        name,
        { dims, data: data.map((x, i) => (x + whole.get(name)!.data[i]!) / 2) },
      ]),
    );
    await engine.loadAdapter('middle', writeAdapter(wholeModel(whole)), { scale: 0.5 });
    await close('middle', expectedScores(middle, items[0]!));
  });

  test.each(['int8', 'nf4'] as const)(
    'the linear layers are rounded to %s with the adapter merged in, all else is not',
    async (rounding) => {
      const merged = tinyWeights();
      for (const [name, { transposed }] of traceOf(TINY_CONFIG).linears) {
        const tensor = merged.get(name)!;
        mergeAdapter(ADAPTER, name, tensor);
        merged.set(name, rounded(tensor, rounding, transposed));
      }
      await engine.loadAdapter(rounding, writeAdapter(ADAPTER), { rounding });
      await close(rounding, expectedScores(merged, items[0]!));
      const start = prompt('Who was it?');
      await engine.loadAdapter('rounded base', undefined, { rounding });
      const base = await answer({ prompt: start, adapter: 'rounded base', maxTokens: 2 });
      expect(base.ids.length).toBeGreaterThan(0);
      expect(await engine.score(items, { adapter: 'rounded base' })).not.toEqual(
        await engine.score(items),
      );
      engine.unloadAdapter('rounded base');
    },
  );
});

describe('refused', () => {
  test('an adapter that is not loaded, never answered by the base model', async () => {
    await expect(answer({ prompt: prompt('a'), adapter: 'absent' })).rejects.toThrow(
      'unknown adapter "absent"',
    );
    await expect(
      engine.score([{ prompt: [1], completion: [2] }], { adapter: 'absent' }),
    ).rejects.toThrow('unknown adapter "absent"');
    await engine.loadAdapter('brief', writeAdapter(ADAPTER));
    engine.unloadAdapter('brief');
    await expect(answer({ prompt: prompt('a'), adapter: 'brief' })).rejects.toThrow(
      'unknown adapter "brief"',
    );
  });

  test('an adapter of another model', async () => {
    const files = writeAdapter(tinyAdapter({ ...TINY_CONFIG, hiddenSize: 64 }));
    await expect(engine.loadAdapter('wide', files)).rejects.toThrow(
      /down_proj\.weight is \[32, 48\], the adapter is for \[64, 48\]/,
    );
    await expect(answer({ prompt: prompt('a'), adapter: 'wide' })).rejects.toThrow(
      'unknown adapter "wide"',
    );
  });

  test('an adapter whose numbers overflow, and not the answer beside it', async () => {
    const tensors = new Map(
      [...ADAPTER.tensors].map(([name, { dims, data }]) => [
        name,
        { dims, data: data.map(() => 3e38) },
      ]),
    );
    await engine.loadAdapter('damaged', writeAdapter({ ...ADAPTER, tensors }));
    const beside = answer({ prompt: prompt('other'), maxTokens: 30 });
    await expect(answer({ prompt: prompt('a'), adapter: 'damaged' })).rejects.toThrow(
      'the largest logit is NaN: the weights of the model or of its adapter are damaged',
    );
    await expect(
      engine.score([{ prompt: prompt('a'), completion: prompt('b') }], { adapter: 'damaged' }),
    ).rejects.toThrow('a log-probability is not finite');
    expect((await beside).ids).toEqual(
      (await answer({ prompt: prompt('other'), maxTokens: 30 })).ids,
    );
    engine.unloadAdapter('damaged');
  });

  test('a prompt longer than the context, with both sizes', async () => {
    await expect(answer({ prompt: prompt('a'.repeat(256)) })).rejects.toThrow(
      "the prompt has 256 tokens, the context holds 256 with the answer's",
    );
    await expect(answer({ prompt: [] })).rejects.toThrow('the prompt is empty');
  });
});

test('keys and values that have no room are refused, of two prompts sooner', async () => {
  const load = (kvBytes: number) =>
    GenerationEngine.load({ modelPath: dir, threads: 1, maxBatch: 2, kvBytes });
  const bytes = cacheBytes(TINY_CONFIG, [128]);
  const narrow = await load(bytes);
  expect(narrow.maxContext).toBe(128);
  await expect(answer({ prompt: prompt('a'.repeat(128)) }, narrow)).rejects.toThrow(
    "the prompt has 128 tokens, the context holds 128 with the answer's",
  );
  const twin = prompt('b');
  await expect(answer({ prompt: prompt('a'.repeat(64)), twin }, narrow)).rejects.toThrow(
    'the context holds 64',
  );
  const whole = await answer({ prompt: prompt('a'.repeat(120)), maxTokens: 100 }, narrow);
  expect([whole.ids.length, whole.finishReason]).toEqual([8, 'length']);
  await narrow.close();
  await expect(load(100)).rejects.toThrow('keys and values may take 100 bytes (KV_BYTES)');
});

test('closing refuses what is open and what comes after', async () => {
  const closing = await GenerationEngine.load({ modelPath: dir, threads: 1, maxBatch: 1 });
  const open = answer({ prompt: prompt('a'), maxTokens: 250, temperature: 1 }, closing);
  const refused = expect(open).rejects.toThrow(ThreadEndedError);
  await closing.close();
  await refused;
  expect(closing.isClosed).toBe(true);
  await expect(answer({ prompt: prompt('a') }, closing)).rejects.toThrow(ThreadEndedError);
});

test('a model that cannot be loaded says why', async () => {
  await expect(
    GenerationEngine.load({ modelPath: join(dir, 'absent'), threads: 1, maxBatch: 1 }),
  ).rejects.toThrow(/there is no model at/);
});
