// What an engine refuses: adapters, prompts, and whatever comes once it is closed.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { ThreadEndedError } from '#thread/thread-ended.error.js';
import { cacheBytes } from './cache/cache-bytes.js';
import { GenerationEngine } from './generation.js';
import { ADAPTER, prompt, useTinyEngine } from './testing/tiny-engine.js';

const given = useTinyEngine();
const { answer } = given;

describe('refused', () => {
  test('an adapter that is not loaded, never answered by the base model', async () => {
    await expect(answer({ prompt: prompt('a'), adapter: 'absent' })).rejects.toThrow(
      'unknown adapter "absent"',
    );
    await expect(
      given.engine.score([{ prompt: [1], completion: [2] }], { adapter: 'absent' }),
    ).rejects.toThrow('unknown adapter "absent"');
    await given.engine.loadAdapter('brief', writeAdapter(ADAPTER));
    given.engine.unloadAdapter('brief');
    await expect(answer({ prompt: prompt('a'), adapter: 'brief' })).rejects.toThrow(
      'unknown adapter "brief"',
    );
  });

  test('an adapter of another model', async () => {
    const files = writeAdapter(tinyAdapter({ ...TINY_CONFIG, hiddenSize: 64 }));
    await expect(given.engine.loadAdapter('wide', files)).rejects.toThrow(
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
    await given.engine.loadAdapter('damaged', writeAdapter({ ...ADAPTER, tensors }));
    const beside = answer({ prompt: prompt('other'), maxTokens: 30 });
    await expect(answer({ prompt: prompt('a'), adapter: 'damaged' })).rejects.toThrow(
      'the largest logit is NaN: the weights of the model or of its adapter are damaged',
    );
    await expect(
      given.engine.score([{ prompt: prompt('a'), completion: prompt('b') }], {
        adapter: 'damaged',
      }),
    ).rejects.toThrow('a log-probability is not finite');
    expect((await beside).ids).toEqual(
      (await answer({ prompt: prompt('other'), maxTokens: 30 })).ids,
    );
    given.engine.unloadAdapter('damaged');
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
    GenerationEngine.load({ modelPath: given.dir, threads: 1, maxBatch: 2, kvBytes });
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
  const closing = await GenerationEngine.load({ modelPath: given.dir, threads: 1, maxBatch: 1 });
  const open = answer({ prompt: prompt('a'), maxTokens: 250, temperature: 1 }, closing);
  const refused = expect(open).rejects.toThrow(ThreadEndedError);
  await closing.close();
  await refused;
  expect(closing.isClosed).toBe(true);
  await expect(answer({ prompt: prompt('a') }, closing)).rejects.toThrow(ThreadEndedError);
});

test('a model that cannot be loaded says why', async () => {
  await expect(
    GenerationEngine.load({ modelPath: join(given.dir, 'absent'), threads: 1, maxBatch: 1 }),
  ).rejects.toThrow(/there is no model at/);
});
