// npm run bench:adapters: what a decode step of 16 rows in 8 bits takes by how many adapters the rows
// have between them, next to none, in the processor time of one thread: what else runs beside then
// counts little. Takes turns, and gives medians.

import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '#metrics/statistics.js';
import { type Ours, openLethe } from './lethe.js';
import { writeRandomGguf } from './random-gguf.js';

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    models: { type: 'string', default: '.lethe/bench/gguf' },
    rounds: { type: 'string', default: '5' },
  },
});
const TURN = { rows: 16, past: 128, steps: 3 };
const COUNTS = [1, 2, 4, 8, 16];

/** Milliseconds of a step. */
async function timeOf(take: Ours['take'], adapters?: number): Promise<number> {
  await take({ ...TURN, steps: 1, ...(adapters ? { adapters } : {}) });
  const begun = process.cpuUsage();
  await take({ ...TURN, ...(adapters ? { adapters } : {}) });
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e3 / TURN.steps;
}

await mkdir(args.models, { recursive: true });
const path = join(args.models, 'q8_0.gguf');
await access(path).catch(() => writeRandomGguf(path, 'Q8_0'));
const ours = await openLethe(path, 'int8', 1);
const times = new Map(COUNTS.map((count) => [count, [] as number[]]));
const ratios = new Map(COUNTS.map((count) => [count, [] as number[]]));
for (let round = 0; round < Number(args.rounds); round++)
  for (const count of COUNTS) {
    const without = await timeOf(ours.take);
    const time = await timeOf(ours.takeAdapted, count);
    times.get(count)?.push(time);
    ratios.get(count)?.push(without / time);
  }
const table = COUNTS.map((adapters) => ({
  adapters,
  ms: median(times.get(adapters) ?? []),
  ratio: median(ratios.get(adapters) ?? []),
}));
await ours.close();
if (args.json) console.log(JSON.stringify(table));
else console.table(table);
