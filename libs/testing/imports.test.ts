// The lint rules that hold the import directions and other habits, tried on files that break them.

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { useTempFolder } from './temp-store.js';

const root = resolve(import.meta.dirname, '../../..');
const importOf = (from: string): string => `import { x } from '${from}';\nexport const y = x;\n`;
const DIRECTION = 'lethe(imports)';
const HEADER = 'lethe(header)';
const ASSERTION = 'lethe(assertions)';
const PATTERN = 'lethe(patterns)';
const CYCLE = 'import(no-cycle)';
const ENVIRONMENT = 'node(no-process-env)';

/** Path, content, and the rule it breaks, if any. Paths are unique: all are checked in one run. */
const files: readonly (readonly [path: string, content: string, rule: string | null])[] = [
  ['libs/contracts/a.ts', importOf('#platform/x.js'), DIRECTION],
  ['libs/contracts/b.ts', importOf('#failure/x.js'), DIRECTION],
  ['libs/failure/a.ts', importOf('#contracts/x.js'), DIRECTION],
  ['libs/onnx/a.ts', importOf('#models/x.js'), DIRECTION],
  ['libs/models/a.ts', importOf('#training/x.js'), DIRECTION],
  ['libs/models/b.ts', importOf('#onnx/x.js'), null],
  ['libs/models/c.ts', importOf('#contracts/x.js'), null],
  ['libs/models/d.ts', importOf('#failure/x.js'), null],
  ['libs/training/a.ts', importOf('#platform/x.js'), DIRECTION],
  ['libs/training/b.ts', importOf('#testing/x.js'), DIRECTION],
  ['libs/training/b.test.ts', importOf('#testing/x.js'), null],
  ['libs/training/c.ts', importOf('@nestjs/common'), DIRECTION],
  ['libs/training/sub/a.ts', importOf('../../models/x.js'), DIRECTION],
  ['libs/metrics/c.ts', "// What it is.\n\nimport { b } from 'b';\nexport const c = b;\n", null],
  ['libs/metrics/b.ts', importOf('#contracts/x.js'), DIRECTION],
  ['libs/platform/a.ts', importOf('#training/x.js'), DIRECTION],
  ['libs/platform/b.ts', importOf('bullmq'), DIRECTION],
  ['libs/platform/queue/b.ts', importOf('bullmq'), null],
  ['libs/platform/c.ts', importOf('@nestjs/common'), null],
  ['libs/platform/c.test.ts', importOf('../../services/gateway/x.js'), DIRECTION],
  ['services/gateway/a.ts', importOf('#metrics/x.js'), DIRECTION],
  ['services/gateway/c.ts', importOf('#contracts/x.js'), null],
  ['services/gateway/d.ts', importOf('#training/x.js'), DIRECTION],
  ['services/gateway/e.ts', importOf('#models/x.js'), DIRECTION],
  ['services/gateway/jobs/a.ts', importOf('../../training/x.js'), DIRECTION],
  ['services/gateway/jobs/b.ts', importOf('../models/x.js'), null],
  ['services/gateway/b.test.ts', importOf('../training/x.js'), DIRECTION],
  ['services/training/a.ts', importOf('bullmq'), DIRECTION],
  ['services/training/b.ts', importOf('../../libs/training/x.js'), DIRECTION],
  ['services/training/c.ts', importOf('#training/x.js'), null],
  ['services/inference/a.ts', importOf('#training/run/trained-parts.js'), DIRECTION],
  ['services/augmentation/a.ts', importOf('#metrics/x.js'), null],
  ['services/evaluation/a.ts', importOf('#training/x.js'), DIRECTION],
  ['cli/a.ts', importOf('#training/x.js'), DIRECTION],
  ['cli/b.ts', importOf('#training/memory-table.js'), null],
  ['libs/client/a.ts', importOf('#platform/x.js'), DIRECTION],
  ['libs/client/c.ts', "export type { x } from '#platform/x.js';\n", DIRECTION],
  [
    'libs/onnx/one.ts',
    "import { b } from './two.js';\nexport const a = (): number => b();\n",
    CYCLE,
  ],
  [
    'libs/onnx/two.ts',
    "import { a } from './one.js';\nexport const b = (): number => a();\n",
    CYCLE,
  ],
  ['libs/models/tensors/a.ts', importOf('../text/x.js'), DIRECTION],
  ['libs/models/text/a.ts', importOf('../tensors/x.js'), null],
  ['libs/models/checkpoints/a.ts', importOf('../types.js'), null],
  ['libs/training/examples/a.ts', importOf('../run/x.js'), DIRECTION],
  ['libs/training/examples/b.ts', importOf('../training.js'), DIRECTION],
  ['libs/training/examples/a.test.ts', importOf('../run/x.js'), null],
  ['libs/metrics/a.ts', "// What it is.\nimport { b } from 'b';\nexport const c = b;\n", HEADER],
  ['libs/onnx/three.ts', "import type { D } from './four.js';\nexport type C = D | null;\n", CYCLE],
  [
    'libs/onnx/four.ts',
    "import type { C } from './three.js';\nexport type D = C | string;\n",
    CYCLE,
  ],
  [
    'libs/metrics/sum.ts',
    'export function sum(x: number[]): number {\n  let all = 0;\n  for (let i = 0; i < x.length; i++) all += x[i]!;\n  return all;\n}\n',
    null,
  ],
  ['libs/metrics/at.ts', 'export const at = (x: number[], i: number): number => x[i]!;\n', null],
  ['libs/metrics/first.ts', 'export const half = (x: number[]): number => x[0]! / 2;\n', ASSERTION],
  [
    'libs/metrics/get.ts',
    "export const one = (x: Map<string, number>): number => x.get('one')!;\n",
    ASSERTION,
  ],
  [
    'libs/metrics/get.test.ts',
    "export const one = (x: Map<string, number>): number => x.get('one')!;\n",
    null,
  ],
  ['libs/metrics/trim.ts', 'export const end = /[.?!]+$/;\n', PATTERN],
  ['libs/metrics/repeat.ts', 'export const twice = /(a+)+$/;\n', PATTERN],
  ['libs/metrics/trim-once.ts', 'export const end = /(?<![.?!])[.?!]+$/;\n', null],
  ['libs/metrics/trim.test.ts', 'export const end = /[.?!]+$/;\n', null],
  ['libs/onnx/d.test.ts', importOf('onnxruntime-node'), DIRECTION],
  ['libs/runtime/a.ts', importOf('onnxruntime-node'), DIRECTION],
  ['libs/runtime/onnxruntime.ts', "export * from 'onnxruntime-node';\n", null],
  ['bench/a.ts', importOf('onnxruntime-node'), DIRECTION],
  ['services/evaluation/b.ts', importOf('@huggingface/transformers'), DIRECTION],
  ['services/evaluation/c.ts', "import '#runtime/no-telemetry.js';\n", null],
  ['services/evaluation/d.ts', importOf('#generation/generation.js'), DIRECTION],
  ['services/gateway/home.ts', 'export const home = process.env.HOME;\n', ENVIRONMENT],
  ['libs/platform/config/load-env.ts', 'export const home = process.env.HOME;\n', null],
];

const folder = useTempFolder();
const found = new Map<string, string>();

beforeAll(() => {
  copyFileSync(join(root, '.oxlintrc.json'), join(folder.path, '.oxlintrc.json'));
  cpSync(join(root, 'lint'), join(folder.path, 'lint'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), content);
  }
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string }[];
  };
  for (const { code, filename } of diagnostics) found.set(filename, code);
});

test.each(files)('%s with %j: %s', (path, _, rule) => {
  expect(found.get(path) ?? null).toBe(rule);
});
