// Training and generation on every device that is present here, next to the CPU's results.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GenerationEngine } from '#generation/generation.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { type Device, devices } from '#runtime/compute.js';
import { checkDevice } from '#runtime/device-check.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { tinyOptions } from '#training/testing/tiny-run.js';
import { train } from '#training/training.js';

const present = new Map<Device, boolean>();
for (const device of devices) {
  const problem = await checkDevice(device).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (problem) console.warn(`skipped: ${problem}`);
  present.set(device, problem === undefined);
}

test('the CPU is always there, and a device that is not says so', async () => {
  expect(present.get('cpu')).toBe(true);
  for (const [device, isPresent] of present) {
    if (!isPresent)
      await expect(train(tinyOptions({ device }))).rejects.toThrow(
        `device ${device} cannot be used here`,
      );
  }
});

/** Devices that compute in 16 bits. */
const halves = new Set<Device>();
for (const [device, isPresent] of present) {
  if (!isPresent) continue;
  await checkDevice(device, 'float16').then(
    () => halves.add(device),
    (error: Error) => console.warn(`skipped in 16 bits: ${error.message}`),
  );
}

describe.each(['cuda', 'webgpu'] as const)('%s', (device) => {
  describe.skipIf(!present.get(device))('', () => {
    let dir: string;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'lethe-device-'));
      await writeTinyModel(dir);
    });
    afterAll(() => rm(dir, { recursive: true }));

    test("trains the CPU's adapter", async () => {
      const options = tinyOptions({ objective: 'npo', retainTerms: ['gdr', 'klr'], maxSteps: 4 });
      const [expected, actual] = [await train(options), await train({ ...options, device })];
      expect(actual.finalLoss).toBeCloseTo(expected.finalLoss, 4);
      for (const [name, { data }] of readAdapter(expected.adapter!).tensors) {
        const other = readAdapter(actual.adapter!).tensors.get(name)!.data;
        expect(Math.max(...data.map((x, i) => Math.abs(x - other[i]!))), name).toBeLessThan(1e-3);
      }
    });

    test.skipIf(!halves.has(device))('trains in 16 bits as the CPU does', async () => {
      const options = tinyOptions({ precision: 'float16', maxSteps: 4 });
      const [expected, actual] = [await train(options), await train({ ...options, device })];
      expect(actual.finalLoss).toBeCloseTo(expected.finalLoss, 2);
    });

    test.skipIf(halves.has(device))('says so where it has no 16 bits', async () => {
      await expect(train(tinyOptions({ device, precision: 'float16' }))).rejects.toThrow(
        `device ${device} cannot be used here`,
      );
    });

    test("generates the CPU's tokens, with an adapter and without", async () => {
      const answers = await Promise.all(
        (['cpu', device] as const).map(async (on) => {
          const engine = await GenerationEngine.load({
            modelPath: dir,
            threads: 1,
            device: on,
            maxBatch: 2,
          });
          await engine.loadAdapter('a', writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 9 })));
          const tokens = async (adapter?: string): Promise<number[]> => {
            const ids: number[] = [];
            for await (const chunk of engine.generate({
              prompt: [72, 101, 108],
              maxTokens: 12,
              ...(adapter ? { adapter } : {}),
            }))
              ids.push(...chunk.tokenIds);
            return ids;
          };
          const both = await Promise.all([tokens(), tokens('a')]);
          await engine.close();
          return both;
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
    });
  });
});
