// Answers to one prompt share its read, in every architecture, to the bit.

import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { expectedTensors, traceOf } from '#models/passes/trace.js';
import type { Weight } from '#models/tensors/half-tensor.js';
import { goldenNames, readGolden } from '#testing/golden.js';
import { greedy } from '../decoding/greedy.js';
import { ModelRunner } from './model-runner.js';
import { rowOf } from './row.js';

const STEPS = 24;

async function openRunner(path: string): Promise<{ runner: ModelRunner; windows: number[] }> {
  const checkpoint = await openCheckpoint(path);
  const weights = new Map<string, Weight>();
  for (const [name, dims] of expectedTensors(checkpoint.config))
    weights.set(name, { dims, data: await checkpoint.read(name) });
  const compute = { device: 'cpu', threads: 1 } as const;
  const { config } = checkpoint;
  return {
    runner: new ModelRunner({ config, weights, compute, maxContext: 96 }),
    windows: [...traceOf(config).windows],
  };
}

const answerTo = (prompt: readonly number[]) => ({
  prompt,
  adapter: undefined,
  tokens: [] as number[],
});

describe.each(goldenNames())('%s', (name) => {
  test('a row that begins late goes as the one before it did', async () => {
    const golden = readGolden(name);
    const { runner, windows } = await openRunner(golden.path);
    for (const prompt of [golden.rows.plain, golden.rows.long]) {
      const [early, late] = [answerTo(prompt), answerTo(prompt)];
      const [first, second] = [rowOf(early, 1), rowOf(late, 2)];
      const logits: Float32Array[] = [(await runner.read(first, prompt.length))!];
      runner.join(first.id, logits[0]);
      let isShared: boolean | undefined;
      for (let step = 0; step < STEPS; step++) {
        early.tokens.push(greedy(logits.at(-1)!));
        if (step >= 2) {
          if (step === 2) {
            const other = runner.alike(second, [first, second]);
            isShared = other !== undefined;
            const begun = other ? runner.share(other, second) : await runner.prefill(second);
            expect(begun).toEqual(logits[0]);
          }
          late.tokens.push(early.tokens[step - 2]!);
          const [next, before] = await runner.decode([first, second]);
          logits.push(next!);
          expect(greedy(before!)).toBe(early.tokens[step - 1]);
          const expected = logits[step - 1]!;
          for (const [id, logit] of before!.entries()) expect(logit).toBeCloseTo(expected[id]!, 3);
        } else logits.push((await runner.decode([first]))[0]!);
      }
      // Nothing has left a window, and no key was rotated anew.
      const read = prompt.length + 2;
      const isThere = Math.min(...windows.map((window) => window - 1), runner.steadyLength) >= read;
      expect(isShared).toBe(isThere);
      for (const { id } of [first, second]) runner.release(id);
    }
    await runner.close();
  });
});
