// `lethe model inspect` as a process, on a folder and on a GGUF file.

import { execa } from 'execa';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const inspect = (...args: string[]) =>
  execa(process.execPath, [main, 'model', 'inspect', ...args], {
    reject: false,
    env: { LETHE_API_KEY: '', LETHE_URL: '', NO_COLOR: '1' },
  });

interface Inspected {
  readonly parameters: number;
  readonly memory: readonly (Record<'training' | 'recomputed', { readonly total: number }> & {
    readonly weights: string;
    readonly serving?: { readonly weights: number; readonly total: number };
  })[];
}

test.each([
  ['a folder', 'llama', ['float32', 'int8']],
  ['a GGUF file in 16 bits', 'gguf/llama/model.gguf', ['float32', '16 bits', 'int8']],
])(
  'tells the architecture, sizes and memory of %s',
  async (_name, path, forms) => {
    const { stdout, exitCode } = await inspect(
      join(goldenRoot, path),
      '--tokens',
      '64',
      '--rows',
      '2',
      '--json',
    );
    expect(exitCode).toBe(0);
    const told = JSON.parse(stdout) as Inspected;
    expect(told).toMatchObject({
      architecture: 'llama',
      layers: 3,
      hiddenSize: 36,
      heads: 4,
      keyValueHeads: 2,
      vocabSize: 97,
      context: 128,
      tokens: 64,
      rows: 2,
    });
    // Embeddings (the head too), two norms and seven matrices a layer, the last norm.
    expect(told.parameters).toBe(
      97 * 36 + 3 * (2 * 36 + 2 * 36 * 40 + 2 * 36 * 20 + 3 * 36 * 52) + 36,
    );
    expect(told.memory.map(({ weights }) => weights)).toEqual(forms);
    for (const { training, recomputed } of told.memory)
      expect(recomputed.total).toBeLessThan(training.total);
    expect(told.memory[0]!.serving!.weights).toBe(4 * told.parameters);
    for (const { serving } of told.memory)
      if (serving) expect(serving.total).toBeGreaterThan(serving.weights);
  },
  30_000,
);

test('prints a line and a table, and finds models by name', async () => {
  const { stdout } = await inspect('lethe-tiny');
  expect(stdout).toMatch(/lethe-tiny: llama, [\d.]+M parameters/);
  for (const form of ['float32', 'int8'])
    expect(stdout).toMatch(new RegExp(`│ ${form} +│ +[\\d.]+ [MG]B`));
}, 30_000);

test('says what it cannot find', async () => {
  expect(await inspect('nobody')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('unknown model "nobody"'),
  });
}, 30_000);
