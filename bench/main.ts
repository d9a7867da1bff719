// npm run bench:train: a LoRA step on SmolLM2-135M-Instruct with real KnowUnDo batches, ours and
// PyTorch's with PEFT, in turns: the speed of a machine drifts, the ratio of neighbours does not.
// bench/setup.sh brings what it needs.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { linearKinds } from '#models/passes/trace.js';
import { Contestant, type Task, type Turn } from './contestant.js';
import { gemmPeak, type Peak } from './gemm-peak.js';
import { exists, readBatches, requireInputs, writeFolder } from './inputs.js';
import { benched, ours, printReport, type Round, summarize } from './report.js';
import { stepOperations } from './work.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: '.lethe/models/smollm2-135m-instruct' },
    data: { type: 'string', default: '.lethe/knowundo/full.jsonl' },
    folder: { type: 'string', default: '.lethe/bench' },
    python: { type: 'string', default: '.lethe/bench/venv/bin/python' },
    rank: { type: 'string', default: '32' },
    /**
     * Rows of an optimizer step: KnowUnDo's own (2 x 16 accumulated) and open-unlearning's (8 x 4).
     */
    batch: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '9' },
    threads: { type: 'string', default: '2' },
    /**
     * cpu: for a machine that others use; then with one thread, as waiting threads burn time too.
     */
    clock: { type: 'string', default: 'wall' },
    /** Also against torch.compile, which takes minutes to start. */
    compile: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [rank, batch, rounds, threads] = [args.rank, args.batch, args.rounds, args.threads].map(
  Number,
) as [number, number, number, number];
if (args.clock !== 'wall' && args.clock !== 'cpu')
  throw new RangeError(`--clock is ${args.clock}, expected wall or cpu`);
const clock = args.clock;
const MAX_LENGTH = 256;
/**
 * Between turns: threads of the side before go on spinning for a while, on the cores of the next.
 */
const PAUSE_MS = 2000;

await requireInputs({ model: args.model, data: args.data });
await mkdir(args.folder, { recursive: true });
const checkpoint = await openCheckpoint(args.model);
const targetModules = linearKinds(checkpoint.config);
const folder = join(args.folder, 'model');
await writeFolder(checkpoint, folder);
const task: Omit<Task, 'precision'> = {
  model: args.model,
  folder,
  // The first one warms up: memory is allocated, code is compiled, weights are touched.
  batches: await readBatches(checkpoint, args.data, batch, rounds + 1, MAX_LENGTH),
  rank,
  alpha: 2 * rank,
  targetModules,
  learningRate: 1e-3,
  maxLength: MAX_LENGTH,
  threads,
};
const write = async (name: string, content: object): Promise<string> => {
  const path = join(args.folder, `${name}.json`);
  await writeFile(path, JSON.stringify(content));
  return path;
};
const baseline = (name: string, compile: boolean) => async (): Promise<Contestant> =>
  Contestant.open(name, args.python, [
    'bench/baseline.py',
    await write(name, { ...task, compile }),
  ]);
const hasPython = await exists(args.python);
if (!hasPython)
  console.warn(`there is no ${args.python}: run bench/setup.sh to compare with PyTorch and PEFT`);

const openers = [
  ...benched.map(
    (precision) => async () =>
      Contestant.open(ours(precision), process.execPath, [
        'dist/bench/lethe.js',
        await write(`lethe-${precision}`, { ...task, precision }),
      ]),
  ),
  ...(hasPython ? [baseline('peft', false)] : []),
  ...(hasPython && args.compile ? [baseline('peft-compiled', true)] : []),
];
const contestants: Contestant[] = [];
for (const open of openers) contestants.push(await open());
const peak = await gemmPeak(threads);

const results: Round[] = [];
for (const [i, rows] of task.batches.entries()) {
  const turns: Record<string, Turn> = {};
  let gemm: Peak | undefined;
  const players = [
    ...contestants.map((one) => async () => void (turns[one.name] = await one.turn(i))),
    async () => void (gemm = await peak.measure()),
  ];
  // Every other round runs backwards, so that nobody always follows the same neighbour.
  for (const play of i % 2 === 0 ? players : players.toReversed()) {
    await sleep(PAUSE_MS);
    await play();
  }
  const labels = rows.reduce((sum, { ids, labelStart }) => sum + ids.length - labelStart, 0);
  const round = {
    turns,
    peak: gemm![clock],
    labels,
    operations: stepOperations(checkpoint.config, rows, rank, targetModules),
  };
  if (i === 0) compareLosses(turns);
  else results.push(round);
}
await peak.close();
for (const one of contestants) await one.close();

const report = summarize(results, contestants, clock);
if (args.json) console.log(JSON.stringify({ rank, batch, threads, clock, ...report }));
else printReport(report);

/**
 * Before the first update adapters add nothing, so both sides must see the same loss: they do the
 * same work.
 */
function compareLosses(turns: Readonly<Record<string, Turn>>): void {
  const expected = turns[ours('float32')]!.loss;
  for (const [name, { loss }] of Object.entries(turns)) {
    const tolerance = name === ours('int8') ? 0.05 : 1e-3;
    if (Math.abs(loss / expected - 1) > tolerance)
      throw new Error(
        `the first loss of ${name} is ${loss}, ours ${expected}: the sides do not do the same work`,
      );
  }
}
