// A step's losses against a plain implementation of model and objectives, its gradients against
// finite differences.

import { afterAll, expect, test } from 'vitest';
import type { RetainTerm } from '#contracts/objectives/retain-terms.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import { Random } from '#runtime/random.js';
import { stepUnits } from '../examples/step-examples.js';
import { type NaiveTensor, naiveLogProbs } from '../testing/naive-llama.js';
import { tinyConfig, tinyOptions } from '../testing/tiny-run.js';
import type { TrainOptions } from '../training-options.js';
import { openRun, type Run } from './open-run.js';

interface Opened {
  readonly run: Run;
  readonly options: TrainOptions;
}
const runs: Run[] = [];
afterAll(() => Promise.all(runs.map((run) => run.close())));

const indices = [0, 4, 5];
const shape = {
  r: 3,
  alpha: 6,
  dropout: 0,
  targetModules: ['q_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
};

async function open(changes: Partial<TrainOptions>): Promise<Opened> {
  const options = tinyOptions({
    trainable: { type: 'lora', ...shape },
    targetWeight: 0.7,
    retainWeight: 1.3,
    klWeight: 2.1,
    ...changes,
  });
  const run = await openRun(options);
  runs.push(run);
  // B starts at zero, where the model is its own reference; and small weights would make every term
  // flat.
  const random = new Random('perturb');
  for (const { data } of run.store.tensors.values())
    data.forEach((x, i) => (data[i] = x + 0.3 * random.normal()));
  for (const [name, { dims, data }] of run.model.weights)
    if (dims.length > 1 && !run.store.tensors.has(name)) data.forEach((x, i) => (data[i] = 8 * x));
  return { run, options };
}

const stepOf = ({ run }: Opened) =>
  run.runner.run(
    0,
    indices.flatMap((index) => stepUnits(run, index)),
    {},
    () => {},
  );

const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
const mean = (x: readonly number[]): number => sum(x) / x.length;
const labels = ({ ids, labelStart }: EncodedExample, logProbs: number[][]): number[] =>
  ids.slice(labelStart).map((id, i) => logProbs[labelStart + i - 1]![id]!);

/**
 * The objectives from their definitions in the papers, on log-probabilities of the plain model.
 * @param trained replaces the run's values.
 */
function expectedLosses(
  { run, options }: Opened,
  trained: ReadonlyMap<string, NaiveTensor> = run.store.tensors,
) {
  const { model } = run;
  const { weights } = model;
  const config = { ...tinyConfig, tieWordEmbeddings: model.config.tieWordEmbeddings };
  const lora = options.trainable.type === 'lora';
  const theta = lora
    ? (example: EncodedExample) =>
        naiveLogProbs(config, new Map<string, NaiveTensor>([...weights, ...trained]), example.ids, {
          shape,
          tensors: trained,
        })
    : (example: EncodedExample) => naiveLogProbs(config, trained, example.ids);
  const base = (example: EncodedExample) => naiveLogProbs(config, weights, example.ids);
  const target = indices.map((i) => model.target[i]!);
  const retain = indices.map((i) => model.retain[i % model.retain.length]!);
  const nll = (examples: readonly EncodedExample[]): number =>
    -mean(examples.flatMap((example) => labels(example, theta(example))));
  const beta = 0.2;
  const preference = (example: EncodedExample): number => {
    const margin = sum(labels(example, base(example))) - sum(labels(example, theta(example)));
    return (-2 / beta) * Math.log(1 / (1 + Math.exp(-beta * margin)));
  };
  const divergences = (example: EncodedExample): number[] => {
    const q = theta(example);
    return base(example).map((p, t) =>
      sum(p.map((logP, v) => Math.exp(logP) * (logP - q[t]![v]!))),
    );
  };
  const objective = {
    sft: nll,
    relearn: nll,
    ga: (examples: readonly EncodedExample[]) => -nll(examples),
    npo: (examples: readonly EncodedExample[]) => mean(examples.map(preference)),
  };
  const terms = {
    target: objective[run.goal.objective.type as keyof typeof objective](target),
    gdr: options.retainTerms.includes('gdr') ? nll(retain) : 0,
    klr: options.retainTerms.includes('klr') ? mean(retain.flatMap(divergences)) : 0,
  };
  return { ...terms, loss: 0.7 * terms.target + 1.3 * terms.gdr + 2.1 * terms.klr };
}

const npo = { type: 'npo', beta: 0.2 };
const combinations: [TrainOptions['objective'], RetainTerm[]][] = [
  ['sft', []],
  ['ga', ['gdr']],
  [npo, ['klr']],
  [npo, ['gdr', 'klr']],
  ['relearn', ['gdr', 'klr']],
];

test.each(combinations)(
  '%j with %j has the losses of its definition and their gradient',
  async (objective, retainTerms) => {
    const opened = await open({ objective, retainTerms });
    const losses = await stepOf(opened);
    for (const [name, value] of Object.entries(expectedLosses(opened)))
      expect(losses[name as 'loss'], name).toBeCloseTo(value, 4);
    expectGradient(opened);
  },
);

const kindOf = (name: string): string => name.replace(/layers\.\d+/, 'layers.*');

/**
 * Slopes of the plain model's loss along random directions, one per kind of tensor, so that a wrong
 * one cannot hide behind the others.
 */
function expectGradient(opened: Opened): void {
  const { store, runner } = opened.run;
  for (const kind of new Set([...store.tensors.keys()].map(kindOf))) {
    const random = new Random('direction', kind);
    let slope = 0;
    const directions = new Map<string, number[]>();
    for (const [name, { data }] of store.tensors) {
      const start = (data.byteOffset - store.values.byteOffset) / 4;
      const direction = Array.from(data, () => (kindOf(name) === kind ? random.normal() : 0));
      directions.set(name, direction);
      slope += sum(direction.map((d, i) => d * runner.gradients[start + i]!));
    }
    const at = (distance: number): number => {
      const moved = (name: string, data: Float32Array) =>
        Float64Array.from(data, (x, i) => x + distance * directions.get(name)![i]!);
      return expectedLosses(
        opened,
        new Map(
          [...store.tensors].map(([name, { dims, data }]) => [
            name,
            { dims, data: moved(name, data) },
          ]),
        ),
      ).loss;
    };
    const measured = (at(1e-5) - at(-1e-5)) / 2e-5;
    expect(Math.abs(measured - slope) / Math.max(1, Math.abs(slope)), kind).toBeLessThan(1e-4);
  }
}

test('full training has gradients for every tensor, tied embedding and norms included', async () => {
  const opened = await open({ trainable: { type: 'full' } });
  await stepOf(opened);
  expectGradient(opened);
});

test.each([
  ['the whole model', { trainable: { type: 'full' } }],
  [
    'a head untied from the embeddings',
    { trainable: { type: 'lora', ...shape, modulesToSave: ['lm_head'] } },
  ],
  [
    'both ends',
    { trainable: { type: 'lora', ...shape, modulesToSave: ['embed_tokens', 'lm_head'] } },
  ],
] as [string, Partial<TrainOptions>][])(
  'measured against the reference, %s is trained by the losses of their definition',
  async (_, changes) => {
    const opened = await open({ ...changes, objective: npo, retainTerms: ['gdr', 'klr'] });
    const losses = await stepOf(opened);
    for (const [name, value] of Object.entries(expectedLosses(opened)))
      expect(losses[name as 'loss'], name).toBeCloseTo(value, 4);
    expectGradient(opened);
  },
);

test('an untied head is trained too', async () => {
  const opened = await open({
    trainable: { type: 'full' },
    scratch: { ...tinyConfig, tieWordEmbeddings: false },
  });
  await stepOf(opened);
  expectGradient(opened);
});

test('grouping examples into passes changes losses and gradients by rounding only', async () => {
  const results = [];
  for (const microBatchTokens of [8, 1000]) {
    const opened = await open({ objective: npo, retainTerms: ['gdr', 'klr'], microBatchTokens });
    results.push({ losses: await stepOf(opened), gradients: opened.run.runner.gradients.slice() });
  }
  const [small, large] = results as [(typeof results)[0], (typeof results)[0]];
  expect(small.losses.loss).toBeCloseTo(large.losses.loss, 4);
  const scale = Math.max(...large.gradients.map(Math.abs));
  small.gradients.forEach((g, i) =>
    expect(Math.abs(g - large.gradients[i]!) / scale).toBeLessThan(1e-5),
  );
});

test('without an adapter the divergence is zero and NPO is (2 / beta) ln 2', async () => {
  const options = tinyOptions({ objective: 'npo', retainTerms: ['klr'] });
  const run = await openRun(options);
  runs.push(run);
  const losses = await stepOf({ run, options });
  expect(losses.target).toBeCloseTo((2 / 0.1) * Math.LN2, 4);
  expect(losses.klr).toBeCloseTo(0, 6);
});
