// Adapters of which not all have room in memory at once.

import { status } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { zip } from '#collections/zip.js';
import type { Artifact } from '#contracts/spaces.js';
import { adapterBytes, writeAdapter } from '#models/adapters/adapter-files.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { answer, HELLO, useTinyModels } from './testing/tiny-service.js';

const given = useTinyModels();

describe('more adapters than there is room for', () => {
  /** Adapters of as many tenants as given, by tenant and number. */
  async function serveMany(variablesOf: Record<string, string>, tenants: readonly string[]) {
    const running = await given.start({ MAX_CALLS: '512', ...variablesOf });
    const name = `model-${randomUUID()}`;
    onTestFinished(() => running.close());
    const spaces = tenants.map(async (tenant) => {
      await running.keeper.create(tenant, name);
      return running.store.scope(tenant).space(name);
    });
    const byTenant = new Map(zip(tenants, await Promise.all(spaces)));
    const known = new Map<string, Promise<Artifact>>();
    const make = async (tenant: string, seed: number): Promise<Artifact> => {
      const files = writeAdapter(tinyAdapter(TINY_CONFIG, { seed }));
      const hash = await byTenant.get(tenant)!.putBundle({ ...files });
      return { space: name, hash };
    };
    return async (seed: number, tenant = 'acme', maxTokens = 4): Promise<string> => {
      const key = `${tenant} ${seed}`;
      if (!known.has(key)) known.set(key, make(tenant, seed));
      const model = { base: 'tiny', adapter: await known.get(key)! };
      const request = { ...HELLO, model, sampling: { maxTokens } };
      return (await answer(running.client, request, {}, tenant)).text;
    };
  }

  test('waits for what is in use, and answers as alone', { timeout: 60_000 }, async () => {
    const ask = await serveMany({ MAX_ADAPTERS: '4' }, ['acme', 'other']);
    const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
    const alone: string[] = [];
    for (const seed of seeds) alone.push(await ask(seed));
    expect(new Set(alone).size).toBeGreaterThan(1);
    expect(await Promise.all([...seeds, ...seeds].map((seed) => ask(seed)))).toEqual([
      ...alone,
      ...alone,
    ]);
    const both = seeds.flatMap((seed) => [ask(seed, 'acme', 40), ask(seed, 'other', 40)]);
    expect((await Promise.all(both)).length).toBe(40);
  });

  test('holds no more bytes than it may, and refuses what alone is more', async () => {
    const files = writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 1 }));
    const bytes = adapterBytes(files);
    const ask = await serveMany({ ADAPTER_BYTES: String(2 * bytes + 1) }, ['acme']);
    const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
    expect((await Promise.all(seeds.map((seed) => ask(seed)))).length).toBe(12);
    const small = await serveMany({ ADAPTER_BYTES: String(bytes - 1) }, ['acme']);
    await expect(small(1)).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
      publicMessage: `the adapter takes ${bytes} bytes in memory, expected at most ${bytes - 1} (ADAPTER_BYTES)`,
    });
  });
});
