// Estimated and measured memory of training runs, each in a process of its own: `npm run
// bench:memory -- [words of a run's name ...]`. Models of published shapes get random weights in a
// temporary folder, which are removed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import { estimateRun } from '#training/run/run-memory.js';
import { measureMemory } from './measure-memory.js';
import { memoryCases } from './memory-cases.js';
import { memoryOptions } from './memory-options.js';
import { writeRandomModel } from './random-model.js';
import { shapes } from './shapes.js';

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const words = process.argv.slice(2);
const wanted = memoryCases.filter(({ shape, name }) =>
  words.every((word) => `${shape} ${name}`.includes(word)),
);
console.log(
  '| shape | run | estimated | measured | estimated / measured | seconds |\n|---|---|---|---|---|---|',
);
let written: { readonly key: string; readonly folder: string } | undefined;
try {
  for (const one of wanted) {
    if (!one.dtype) {
      const { total } = await estimateRun({
        ...memoryOptions(one),
        scratch: parseHfConfig(one.shape, shapes[one.shape]),
      });
      console.log(`| ${one.shape} | ${one.name} | ${mebibytes(total)} | | | |`);
      continue;
    }
    const key = `${one.shape}-${one.dtype}`;
    if (written?.key !== key) {
      if (written) await rm(written.folder, { recursive: true });
      written = { key, folder: await mkdtemp(join(tmpdir(), 'lethe-memory-')) };
      await writeRandomModel(join(written.folder, 'model'), shapes[one.shape], one.dtype);
    }
    const { estimated, peak, seconds } = await measureMemory(join(written.folder, 'model'), one);
    console.log(
      `| ${one.shape} | ${one.name} | ${mebibytes(estimated)} | ${mebibytes(peak)} | ${(estimated / peak).toFixed(2)} | ${seconds.toFixed(0)} |`,
    );
  }
} finally {
  if (written) await rm(written.folder, { recursive: true });
}
