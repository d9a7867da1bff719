// Knowledge bases in memory: whose they are, how many there may be, and that they go when they must.

import { status } from '@grpc/grpc-js';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Artifact } from '#contracts/spaces.js';
import { useTempFolder } from '#testing/temp-store.js';
import { inferenceVariables, type RunningInference, startInference } from '../testing/inference.js';
import { asking, entity, storedBase, told } from '../testing/small-base.js';

const MODELS = join(import.meta.dirname, '../../../../models');
const folder = useTempFolder();

async function start(extra: Record<string, string> = {}): Promise<RunningInference> {
  const running = await startInference(
    inferenceVariables(folder.path, { MODEL_DIRS: MODELS, ERASURE_CHECK_MS: '50', ...extra }),
  );
  onTestFinished(() => running.close());
  return running;
}

/** A base that says its space's name. */
async function baseOf({ keeper, store }: RunningInference, space: string): Promise<Artifact> {
  await keeper.create('acme', space);
  return storedBase(store.scope('acme').space(space), [entity('t', 'measles', [space])]);
}

async function valuesOf({ client }: RunningInference, base: Artifact, tenant = 'acme') {
  const request = asking(base, 'What of measles?', { wording: 'rows' });
  const { grounding } = await told(client, request, { tenant });
  return grounding.values;
}

async function heldBy({ metrics }: RunningInference): Promise<number> {
  const text = await metrics.registry.metrics();
  return Number(/^lethe_inference_knowledge_bases.* (\d+)$/m.exec(text)?.[1]);
}

const NOT_FOUND = { code: status.NOT_FOUND };

test("are their own tenant's, and gone with their space", async () => {
  const running = await start();
  const base = await baseOf(running, 'mine');
  expect(await valuesOf(running, base)).toEqual(['mine']);
  await expect(valuesOf(running, base, 'other')).rejects.toMatchObject(NOT_FOUND);
  await expect(valuesOf(running, { ...base, hash: '0'.repeat(64) })).rejects.toMatchObject(
    NOT_FOUND,
  );
  await running.keeper.erase('acme', 'mine');
  await vi.waitFor(() => expect(valuesOf(running, base)).rejects.toMatchObject(NOT_FOUND));
  expect(await heldBy(running)).toBe(0);
});

test('answer no longer than their space lives, in the midst of an answer too', async () => {
  const running = await start();
  const base = await baseOf(running, 'brief');
  const request = asking(
    base,
    'What of measles?',
    {},
    {
      sampling: { maxTokens: 400, ignoreEos: true, temperature: 2, allowedTokenIds: [15, 377] },
    },
  );
  let erased: Promise<unknown> | undefined;
  const answer = async (): Promise<void> => {
    for await (const chunk of running.client.generate('acme', request)) {
      expect(chunk.grounding?.values ?? ['brief']).toEqual(['brief']);
      erased ??= running.keeper.erase('acme', 'brief');
    }
  };
  await expect(answer()).rejects.toMatchObject(NOT_FOUND);
  await erased;
});

test('make room for each other', async () => {
  const running = await start({ MAX_KNOWLEDGE_BASES: '1' });
  const bases = [await baseOf(running, 'one'), await baseOf(running, 'two')];
  for (const base of [...bases, ...bases])
    expect(await valuesOf(running, base)).toEqual([base.space]);
  expect(await heldBy(running)).toBe(1);
});

test('are forgotten with all that their tenant has', async () => {
  const running = await start();
  const base = await baseOf(running, 'three');
  await valuesOf(running, base);
  await running.client.forget('other');
  expect(await heldBy(running)).toBe(1);
  await running.client.forget('acme');
  expect(await heldBy(running)).toBe(0);
  expect(await valuesOf(running, base)).toEqual(['three']);
});

test('that are none, or too large, are refused', async () => {
  const running = await start({ KNOWLEDGE_BYTES: '5000' });
  await running.keeper.create('acme', 'odd');
  const odd = running.store.scope('acme').space('odd');
  const unusable = (message: RegExp) => ({
    code: status.FAILED_PRECONDITION,
    publicMessage: expect.stringMatching(message),
  });
  const text = { space: 'odd', hash: await odd.put(Buffer.from('{"name": 3}\n')) };
  await expect(valuesOf(running, text)).rejects.toMatchObject(unusable(/cannot be read \(line 1/));
  const large = await storedBase(odd, [entity('t', 'measles', ['x'.repeat(500)])]);
  await expect(valuesOf(running, large)).rejects.toMatchObject(unusable(/KNOWLEDGE_BYTES/));
});
