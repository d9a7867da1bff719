// Our side of the comparison, as a process of its own (see contestant.ts): the trainer's own steps.

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { stepUnits } from '#training/examples/step-examples.js';
import { openRun } from '#training/run/open-run.js';
import type { Start, Task, Turn } from './contestant.js';
import { loraOptions, update } from './lora-run.js';

const task = JSON.parse(await readFile(process.argv[2]!, 'utf8')) as Task;
const say = (message: Start | Turn): void =>
  void process.stdout.write(`${JSON.stringify(message)}\n`);

const begun = performance.now();
const run = await openRun(loraOptions(task));
const { runner, startSeconds } = run;
say({ loadSeconds: (performance.now() - begun) / 1000 - startSeconds, startSeconds });
let step = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const first = task.batches.slice(0, Number(line)).flat().length;
  const batch = task.batches[Number(line)]!.flatMap((_, i) => stepUnits(run, first + i));
  const from = performance.now();
  const cpu = process.cpuUsage();
  const losses = await runner.run(step++, batch, {}, () => {});
  update(run, step, task.learningRate);
  const { user, system } = process.cpuUsage(cpu);
  say({
    seconds: (performance.now() - from) / 1000,
    cpuSeconds: (user + system) / 1e6,
    loss: losses.loss,
    peakMb: process.resourceUsage().maxRSS / 1024,
  });
}
process.exit();
