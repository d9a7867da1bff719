// Models in memory, and shares of the calls.

import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { answer, ENDLESS, HELLO, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('loads another model in the place of an idle one', async () => {
    const text = await answer(given.running.client, { ...HELLO, model: { base: 'plain' } });
    expect(text.usage!.promptTokens).toBe('Question: Hello\nAnswer:'.length);
    expect((await answer(given.running.client, HELLO)).finishReason).toBe('length');
  });

  test('lists what can be loaded, and why something cannot', async () => {
    const { models } = await given.running.client.listModels();
    expect(models.map(({ name, problem }) => [name, problem])).toEqual([
      ['broken', expect.stringMatching(/model\.safetensors is not a safetensors file/)],
      ['changed', ''],
      ['plain', ''],
      ['tiny', ''],
    ]);
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(models.map((model) => model.digest)).toEqual(['', digest, digest, digest]);
    expect(models.map((model) => model.precision)).toEqual(Array(4).fill('float32'));
    expect(models[3]).toMatchObject({
      contextLength: 256,
      parameters: 259 * 32 + 2 * (3072 + 3 * 48 * 32 + 64) + 32,
    });
  });

  test("refuses a tenant's calls beyond its share and leaves room for others; a caller that hangs up or runs out of time makes room", async () => {
    const streams = Array.from({ length: 3 }, () => given.running.client.generate('acme', ENDLESS));
    for (const stream of streams) await stream.next();
    const refused = answer(given.running.client, HELLO);
    await expect(refused).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect((await answer(given.running.client, HELLO, {}, 'other')).finishReason).toBe('length');
    for (const stream of streams) await stream.return();
    await vi.waitFor(() => answer(given.running.client, HELLO), { timeout: 10_000 });
    const late = Array.from({ length: 3 }, () =>
      answer(given.running.client, ENDLESS, { timeoutMs: 1 }),
    );
    await Promise.all(
      late.map((call) => expect(call).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED })),
    );
    await vi.waitFor(() => answer(given.running.client, HELLO), { timeout: 10_000 });
  });
});
