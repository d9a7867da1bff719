// Every objective's loss and gradient against PyTorch's on a tiny model (test/golden/objectives),
// with and without retain terms.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseMask } from '#contracts/masks/index.js';
import { objectiveNames } from '#contracts/objectives/index.js';
import type { RetainTerm } from '#contracts/objectives/retain-terms.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { TensorData } from '#models/types.js';
import { stepUnits } from '../examples/step-examples.js';
import { maskGradients } from '../masks/gradient-masks.js';
import { openRun, type Run } from '../run/open-run.js';
import { tinyConfig, tinyOptions } from '../testing/tiny-run.js';
import type { TrainOptions } from '../training-options.js';
import { ObjectiveState } from './objective-state.js';

interface Golden {
  readonly lora: { readonly r: number; readonly alpha: number; readonly seed: number };
  readonly rows: Readonly<Record<'forget' | 'alternate' | 'retain', readonly EncodedExample[]>>;
  readonly cases: Readonly<
    Record<
      string,
      { readonly objective: string; readonly options: Readonly<Record<string, number>> }
    >
  >;
  readonly losses: Readonly<
    Record<'forget' | 'retain' | 'full' | 'gemma2' | 'phi', Readonly<Record<string, number>>>
  >;
}
const folder = resolve(import.meta.dirname, '../../../../test/golden/objectives');
const tensors = (file: string) => parseSafetensors(readFileSync(join(folder, file)), file);
const golden = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden;
const weights = tensors('model.safetensors');
const adapter = tensors('adapter.safetensors');
const gradients = tensors('gradients.safetensors');
const config = { ...tinyConfig, vocabSize: 48, numHiddenLayers: 3, tieWordEmbeddings: false };

const { lora, rows: examples } = golden;
const term = { targetWeight: 0.7, retainWeight: 1.3, klWeight: 2.1 };
const base = tinyOptions({
  scratch: config,
  trainable: { type: 'lora', r: lora.r, alpha: lora.alpha, dropout: 0 },
  target: examples.forget.map((example, i) => ({
    ...example,
    alternates: [examples.alternate[i]!],
  })),
  retain: examples.retain,
  seed: lora.seed,
  ...term,
});

const runs: Run[] = [];
afterAll(() => Promise.all(runs.map((run) => run.close())));

const llama = new Map([...weights, ...adapter]);

/** One step over all examples with a golden's numbers for weights. */
async function stepOf(
  changes: Partial<TrainOptions>,
  numbers: ReadonlyMap<string, TensorData> = llama,
  trained = (x: number, _index: number): number => x,
) {
  const run = await openRun({ ...base, ...changes });
  runs.push(run);
  for (const [name, { data }] of run.model.weights) data.set(numbers.get(name)!.data);
  for (const [name, { data }] of run.store.tensors) data.set(numbers.get(name)!.data.map(trained));
  const losses = await run.runner.run(
    0,
    examples.forget.flatMap((_, index) => stepUnits(run, index)),
    new ObjectiveState(run.goal.objective).read(),
    () => {},
  );
  return { run, losses };
}

/** Ours in the order of the golden's: tensors by name. */
function flat(named: ReadonlyMap<string, { readonly data: Float32Array }>): number[] {
  return [...named.keys()].toSorted().flatMap((name) => [...named.get(name)!.data]);
}
const goldenGradient = (kind: string, name: string): Float32Array =>
  gradients.get(`${kind}/${name}`)!.data;

function expectClose(actual: readonly number[], right: readonly number[]): void {
  expect(actual).toHaveLength(right.length);
  // A loss that is saturated has a gradient of next to nothing, of which float32 keeps fewer
  // digits.
  const scale = Math.max(1e-2, ...right.map(Math.abs));
  expect(Math.max(...actual.map((x, i) => Math.abs(x - right[i]!))) / scale).toBeLessThan(1e-4);
}
const expectLoss = (actual: number, right: number): void =>
  expect(Math.abs(actual - right)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(right)));

/**
 * Loss and gradient by the golden's parts: the forget term, the objective's own retain term, and
 * the request's.
 */
function expected(name: string, retainTerms: readonly RetainTerm[]) {
  const { objective, options } = golden.cases[name]!;
  const parts: [number, 'forget' | 'retain', string][] = [[term.targetWeight, 'forget', name]];
  const multiplier = objective === 'pdu' && retainTerms.length > 0 ? options['initial_lambda']! : 1;
  if (objective === 'rmu') parts.push([1, 'retain', name]);
  if (retainTerms.includes('gdr')) parts.push([multiplier * term.retainWeight, 'retain', 'gdr']);
  if (retainTerms.includes('klr')) parts.push([multiplier * term.klWeight, 'retain', 'klr']);
  const shift =
    objective === 'pdu' && retainTerms.length > 0 ? -multiplier * options['retain_loss_eps']! : 0;
  return {
    loss: parts.reduce(
      (sum, [weight, kind, part]) => sum + weight * golden.losses[kind][part]!,
      shift,
    ),
    gradient: Array.from(goldenGradient('forget', name), (_, i) =>
      parts.reduce((sum, [weight, kind, part]) => sum + weight * goldenGradient(kind, part)[i]!, 0),
    ),
  };
}

async function check(
  name: string,
  retainTerms: readonly RetainTerm[],
  microBatchTokens: number,
): Promise<void> {
  const { objective, options } = golden.cases[name]!;
  const { run, losses } = await stepOf({
    objective: { type: objective, ...options },
    retainTerms,
    microBatchTokens,
  });
  const { loss, gradient } = expected(name, retainTerms);
  expectLoss(losses.target, golden.losses.forget[name]!);
  for (const retainTerm of retainTerms)
    expectLoss(losses[retainTerm], golden.losses.retain[retainTerm]!);
  expectLoss(losses.loss, loss);
  expectClose(flat(run.runner.gradientsOf('all')), gradient);
}

const withGolden = new Set(Object.values(golden.cases).map(({ objective }) => objective));

test('every objective of the golden is one of ours', () => {
  expect(objectiveNames).toEqual(expect.arrayContaining([...withGolden]));
});

// One that is added without a golden of its own is held to this much.
test.each(objectiveNames.filter((name) => !withGolden.has(name)))(
  '%s gives the same step however its examples are grouped',
  async (objective) => {
    const [small, large] = [
      await stepOf({ objective, retainTerms: ['gdr'], microBatchTokens: 24 }),
      await stepOf({ objective, retainTerms: ['gdr'], microBatchTokens: 1000 }),
    ];
    expectLoss(small.losses.loss, large.losses.loss);
    expectClose([...small.run.runner.gradients], [...large.run.runner.gradients]);
  },
);

/** All weights in training, away from the reference's. */
const moved = (x: number, index: number): number => x * (1 + 0.05 * Math.sin(index));

/** One term and nothing else: a forget term, or klr beside a forget term that weighs nothing. */
const alone = (name: string): Partial<TrainOptions> =>
  name === 'klr'
    ? { objective: 'sft', retainTerms: ['klr'], targetWeight: 0, klWeight: 1 }
    : { objective: name, retainTerms: [], targetWeight: 1 };

describe('loss and gradient are those of PyTorch', () => {
  test.each(Object.keys(golden.cases))('%s with both retain terms, in several passes', (name) =>
    check(name, ['gdr', 'klr'], 24),
  );

  const some = ['npo', 'dpo', 'rmu', 'pdu'].flatMap(
    (name) =>
      [
        [name, ['gdr']],
        [name, ['klr']],
      ] as [string, RetainTerm[]][],
  );
  test.each([
    ...Object.keys(golden.cases).map((name) => [name, []] as [string, RetainTerm[]]),
    ...some,
  ])('%s with %j in one pass', (name, terms) => check(name, terms, 1000));

  test.each(Object.keys(golden.losses.full))('%s of all weights, the head too', async (name) => {
    const { run, losses } = await stepOf(
      { ...alone(name), trainable: { type: 'full' } },
      llama,
      moved,
    );
    expectLoss(losses.loss, golden.losses.full[name]!);
    expectClose(
      flat(run.runner.gradientsOf('all')).filter((_, i) => i % 5 === 0),
      [...goldenGradient('full', name)],
    );
  });
});

test('erase is UNDIAL on the answers to forget and cross-entropy on the safe ones', async () => {
  const weighed: Partial<TrainOptions> = { retainTerms: [], targetWeight: 1 };
  const safe = await stepOf({ ...weighed, objective: 'sft', target: examples.alternate });
  const undial = goldenGradient('forget', 'undial');
  const learned = flat(safe.run.runner.gradientsOf('all'));
  for (const microBatchTokens of [24, 1000]) {
    const { run, losses } = await stepOf({
      ...weighed,
      objective: { type: 'erase', beta: 10, gamma: 3 },
      microBatchTokens,
    });
    expectLoss(losses.loss, safe.losses.loss + 3 * golden.losses.forget['undial']!);
    expectClose(
      flat(run.runner.gradientsOf('all')),
      learned.map((x, i) => x + 3 * undial[i]!),
    );
  }
});

/** Gemma 2 caps its logits, Phi adds a bias to them. */
describe.each(['gemma2', 'phi'] as const)('with the head of %s', async (family) => {
  const { config: familyConfig } = await openCheckpoint(resolve(folder, '..', family));
  const numbers = new Map([
    ...tensors(`../${family}/model.safetensors`),
    ...tensors(`../${family}/adapter/adapter_model.safetensors`),
  ]);
  const trainable = { type: 'lora' as const, r: 2, alpha: 3, dropout: 0 };

  test.each(Object.keys(golden.losses[family]))('%s', async (name) => {
    const { run, losses } = await stepOf(
      { ...alone(name), scratch: familyConfig, trainable },
      numbers,
    );
    expectLoss(losses.loss, golden.losses[family][name]!);
    expectClose(
      flat(run.runner.gradientsOf('all')).filter((_, i) => i % 3 === 0),
      [...goldenGradient(family, name)],
    );
  });
});

describe('masks', () => {
  const gradient = (kind: 'forget' | 'retain', part: string) => {
    let at = 0;
    const data = goldenGradient(kind, part);
    return new Map(
      [...adapter.keys()].toSorted().map((name) => [
        name,
        {
          dims: adapter.get(name)!.dims,
          data: data.slice(at, (at += adapter.get(name)!.data.length)),
        },
      ]),
    );
  };

  test("keep the sides' gradients apart, whose sum is the step's", async () => {
    const { run } = await stepOf({ objective: 'ga', retainTerms: ['gdr'], mask: 'sure' });
    expectClose(
      flat(run.runner.gradientsOf('target')).map((x) => x / term.targetWeight),
      [...goldenGradient('forget', 'ga')],
    );
    expectClose(
      flat(run.runner.gradientsOf('retain')).map((x) => x / term.retainWeight),
      [...goldenGradient('retain', 'gdr')],
    );
    const sum = flat(run.runner.gradientsOf('target')).map(
      (x, i) => x + flat(run.runner.gradientsOf('retain'))[i]!,
    );
    expectClose(flat(run.runner.gradientsOf('all')), sum);
  });

  test('SURE keeps the rows whose forget gradient is largest', () => {
    const forget = gradient('forget', 'ga');
    const step = gradient('retain', 'gdr');
    const norms = (of: typeof step) =>
      [...of].flatMap(([name, { dims, data }]) =>
        Array.from({ length: dims[0]! }, (_, i) => ({
          name,
          i,
          norm: Math.hypot(
            ...data.subarray((i * data.length) / dims[0]!, ((i + 1) * data.length) / dims[0]!),
          ),
        })),
      );
    const before = norms(gradient('retain', 'gdr'));
    const ranked = norms(forget).toSorted((a, b) => b.norm - a.norm);
    maskGradients(chooseMask({ type: 'sure', percentile: 90 }), { step, forget, retain: step });
    const kept = new Set(
      ranked
        .slice(0, Math.floor(0.1 * (ranked.length - 1)) + 1)
        .map(({ name, i }) => `${name} ${i}`),
    );
    for (const [k, { name, i, norm }] of norms(step).entries())
      expect(norm, `${name} ${i}`).toBe(kept.has(`${name} ${i}`) ? before[k]!.norm : 0);
  });

  test('MemFlex keeps tensors whose forget gradient is large and not along the retain gradient', () => {
    const one = (data: number[]) => ({ dims: [1, 2], data: Float32Array.from(data) });
    const forget = new Map([
      ['along', one([1, 1])],
      ['apart', one([1, -1])],
      ['small', one([1e-4, -1e-4])],
    ]);
    const retain = new Map([...forget.keys()].map((name) => [name, one([1, 0.9])]));
    const step = new Map([...forget.keys()].map((name) => [name, one([3, 4])]));
    maskGradients(chooseMask('memflex'), { step, forget, retain });
    expect([...step.values()].map(({ data }) => [...data])).toEqual([
      [0, 0],
      [3, 4],
      [0, 0],
    ]);
  });

  test('are refused by name and option', () => {
    expect(() => chooseMask('veil')).toThrow('expected one of sure, memflex');
    expect(() => chooseMask({ type: 'sure', percentile: 200 })).toThrow(/100/);
  });
});
