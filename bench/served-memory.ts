// npm run bench:served-memory: resident megabytes of a served model, kind of pass by kind of pass, in
// float32, in 8 and in 4 bits, each in a process of its own. Exits 1 where integers take more than
// float32.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { servedPrecisions, type ServedPrecision } from '#contracts/served-precision.js';
import { writeRandomModel } from './random-model.js';
import type { Resident } from './served-memory-process.js';
import { shapes } from './shapes.js';

const { values: args } = parseArgs({
  options: {
    /** Default: random weights in the shape of SmolLM2-135M. */
    model: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const PROCESS = fileURLToPath(new URL('./served-memory-process.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
const path = args.model ?? join(folder, 'model');
if (!args.model) await writeRandomModel(path, shapes['smollm2-135m'], 'F32');

async function measure(precision: ServedPrecision): Promise<Resident> {
  const child = fork(PROCESS, [path, precision], { execArgv: ['--expose-gc'] });
  const [resident] = (await once(child, 'message')) as [Resident];
  return resident;
}

const rows: (Resident & { precision: ServedPrecision })[] = [];
for (const precision of servedPrecisions) rows.push({ precision, ...(await measure(precision)) });
rmSync(folder, { recursive: true });
if (args.json) console.log(JSON.stringify(rows));
else console.table(rows);
const [exact, ...others] = rows;
if (others.some(({ scoredTuned }) => scoredTuned > exact!.scoredTuned)) process.exitCode = 1;
