// npm run bench:decoding: what a token takes by decoding strategies, next to greedy decoding of the
// same prompts. Strategies take turns at every step, so that all see the same machine. Exits with 1
// where a bar is missed. With --pictures each prompt begins with a picture of so many features.
// --threads 1 --clock cpu counts the process's own time, whatever else the machine does.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { servedPrecisions } from '#contracts/served-precision.js';
import { Generator } from '#generation/batching/generator.js';
import { Rooms } from '#generation/cache/room.js';
import { Forms } from '#generation/constraints/forms.js';
import { layersOf, numbers } from '#generation/decoding/defaults.js';
import type { Decoding } from '#generation/decoding/strategies.js';
import type { Chunk } from '#generation/running/chunk.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import type { PromptImages } from '#generation/running/prompt-image.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { Random } from '#runtime/random.js';
import { writeRandomModel } from './random-model.js';
import { shapes } from './shapes.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string' },
    batches: { type: 'string', default: '1,8' },
    steps: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
    clock: { type: 'string', default: 'wall' },
    precision: { type: 'string', default: 'float32' },
    pictures: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const [steps, threads, seen] = [args.steps, args.threads, args.pictures].map(Number) as [
  number,
  number,
  number,
];
const precision = oneOf('--precision', servedPrecisions, args.precision);
const clock = oneOf('--clock', ['wall', 'cpu'], args.clock);
/** Most that a token may take, as a share of what a greedy one takes, by rows of a batch. */
const BARS: Readonly<Record<number, number>> = { 1: 1.1, 8: 1.15 };
const WARM_UP = 5;
const CONTEXT = 512;

const QUESTIONS = [
  'Why is the sky blue?',
  'Name three rivers of France.',
  'What is photosynthesis?',
  'Who wrote Hamlet, and when?',
  'How do vaccines work?',
  'Describe the water cycle.',
  'What causes earthquakes?',
  'Explain how a bicycle stays upright.',
];

const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
const path = args.model ?? join(folder, 'model');
if (!args.model) await writeRandomModel(path, shapes['smollm2-135m'], 'F32');
const checkpoint = await openCheckpoint(path);
const tokenizer = await checkpoint.tokenizer();
const weights = await readServedWeights(checkpoint, { precision, halfWeights: false });
const { config: shape } = checkpoint;
const strategies: Readonly<Record<string, Decoding | undefined>> = {
  greedy: undefined,
  deco: { strategy: 'deco', layers: layersOf('deco', shape), ...numbers.deco },
  dola: { strategy: 'dola', layers: layersOf('dola', shape), ...numbers.dola },
};

/** Some rows of one strategy, whose steps are timed. */
class Contestant {
  readonly times: number[] = [];
  /** Of the first row. */
  last: Chunk | undefined;
  private readonly runner: ModelRunner;
  private readonly generator: Generator;

  constructor(
    readonly name: string,
    rows: number,
  ) {
    const { config } = checkpoint;
    this.runner = new ModelRunner({
      config,
      weights,
      maxContext: CONTEXT,
      compute: { device: 'cpu', threads },
    });
    const events = {
      chunk: (id: number, chunk: Chunk) => void (this.last = id === 0 ? chunk : this.last),
      scored: () => {},
      preempted: () => {},
      failed: (_id: number, error: Error) => {
        throw error;
      },
    };
    const limits = { maxBatch: rows, promptTokens: 1e6, promptTokensBeside: 1e6 };
    const forms = new Forms(tokenizer, config.vocabSize);
    this.generator = new Generator(
      this.runner,
      tokenizer,
      forms,
      () => CONTEXT,
      limits,
      events,
      new Rooms(shape, Infinity).open(),
    );
    for (let row = 0; row < rows; row++) {
      const question = tokenizer.encodeChat([{ role: 'user', content: QUESTIONS[row % 8]! }]);
      const picture = pictureOf(row);
      const prompt = [...picture.ids, ...question];
      const options = { temperature: 0, topP: 1, topK: 0, seed: 0, stop: [], continues: false };
      // While prompts are read, those that were read before have their first tokens.
      const maxTokens = rows + WARM_UP + steps + 1;
      this.generator.generate({ id: row, owner: '' }, prompt, undefined, {
        ...options,
        maxTokens,
        ignoreEos: true,
        images: picture.images,
        decoding: strategies[name],
      });
    }
  }

  async start(rows: number): Promise<void> {
    for (let i = 0; i < rows + WARM_UP; i++) await this.generator.takeRound();
  }

  async step(): Promise<void> {
    const begun = now();
    await this.generator.takeRound();
    this.times.push(now() - begun);
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}

/** In ms. */
function now(): number {
  if (clock === 'wall') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function oneOf<T extends string>(option: string, known: readonly T[], value: string): T {
  const found = known.find((one) => one === value);
  if (found === undefined)
    throw new RangeError(`${option} is ${value}, expected ${known.join(' or ')}`);
  return found;
}

/** Random features under ids beyond the vocabulary, each row's its own. */
function pictureOf(row: number): { ids: number[]; images?: PromptImages } {
  if (seen === 0) return { ids: [] };
  const first = shape.vocabSize + row * seen;
  const random = new Random(row);
  const data = Float32Array.from({ length: seen * shape.hiddenSize }, () => random.normal());
  return {
    ids: Array.from({ length: seen }, (_, i) => first + i),
    images: { token: 0, shown: [{ first, features: { dims: [seen, shape.hiddenSize], data } }] },
  };
}

/** Steps differ in what they need: the mean is what a token takes. */
const meanOf = (times: readonly number[]): number =>
  times.reduce((sum, time) => sum + time, 0) / times.length;

const table: object[] = [];
let isMissed = false;
for (const rows of args.batches.split(',').map(Number)) {
  const contestants = Object.keys(strategies).map((name) => new Contestant(name, rows));
  for (const contestant of contestants) await contestant.start(rows);
  for (let step = 0; step < steps; step++)
    for (const contestant of contestants) await contestant.step();
  const [baseline] = contestants as [Contestant];
  for (const { name, times, last } of contestants) {
    const ratio = +(meanOf(times) / meanOf(baseline.times)).toFixed(3);
    const bar = name === 'greedy' ? undefined : BARS[rows];
    if (bar && ratio > bar) isMissed = true;
    const { steps: chosen, skipped, changed } = last?.decoding ?? {};
    table.push({ name, rows, ms: +meanOf(times).toFixed(1), ratio, bar, chosen, skipped, changed });
  }
  for (const contestant of contestants) await contestant.close();
}
rmSync(folder, { recursive: true });
if (args.json) console.log(JSON.stringify(table));
else console.table(table);
process.exitCode = isMissed ? 1 : 0;
