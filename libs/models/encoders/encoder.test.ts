import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { GraphSession } from '#runtime/graph-session.js';
import { useTempFolder } from '#testing/temp-store.js';
import { writeSafetensors } from '../tensors/safetensors.js';
import type { TensorData } from '../types.js';
import { LAST_STATES } from './bert.js';
import { openEncoder } from './encoder-folder.js';
import { encoderInputs } from './two-way-attention.js';

const folder = useTempFolder();
const config = {
  model_type: 'bert',
  vocab_size: 5,
  hidden_size: 4,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 6,
  max_position_embeddings: 8,
};

/** Weights from a fixed sequence; norms leave what they get as it is. */
function tensors(prefix = ''): Map<string, TensorData> {
  let state = 7;
  const next = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 1073741824 - 1;
  };
  const all = new Map<string, TensorData>();
  const put = (name: string, dims: number[], value = next): void => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    all.set(prefix + name, { dims, data: Float32Array.from({ length: size }, value) });
  };
  const norm = (module: string): void => {
    put(`${module}.weight`, [4], () => 1);
    put(`${module}.bias`, [4], () => 0);
  };
  const layer = (module: string, wide: number, out: number): void => {
    put(`${module}.weight`, [out, wide]);
    put(`${module}.bias`, [out]);
  };
  put('embeddings.word_embeddings.weight', [5, 4]);
  put('embeddings.position_embeddings.weight', [8, 4]);
  put('embeddings.token_type_embeddings.weight', [2, 4]);
  norm('embeddings.LayerNorm');
  for (const i of [0, 1]) {
    const block = `encoder.layer.${i}`;
    for (const name of ['self.query', 'self.key', 'self.value', 'output.dense'])
      layer(`${block}.attention.${name}`, 4, 4);
    norm(`${block}.attention.output.LayerNorm`);
    layer(`${block}.intermediate.dense`, 4, 6);
    layer(`${block}.output.dense`, 6, 4);
    norm(`${block}.output.LayerNorm`);
  }
  return all;
}

const write = async (weights: ReadonlyMap<string, TensorData>, changes = {}): Promise<void> => {
  await writeFile(join(folder.path, 'config.json'), JSON.stringify({ ...config, ...changes }));
  await writeFile(join(folder.path, 'model.safetensors'), writeSafetensors(weights));
};

/** States of rows of ids; -1 is padding. */
async function statesOf(rows: readonly (readonly number[])[]): Promise<number[][]> {
  const { graph, weights } = await openEncoder(folder.path);
  const session = await GraphSession.create(graph, { device: 'cpu', threads: 1 }, weights);
  const [batch, length, ids] = [rows.length, rows[0]!.length, rows.flat()];
  const sizes = { batch, length, tokens: ids.length };
  const results = await session.run(
    {
      [encoderInputs.ids]: {
        dims: [ids.length],
        data: BigInt64Array.from(ids, (id) => BigInt(Math.max(id, 0))),
      },
      [encoderInputs.positions]: {
        dims: [ids.length],
        data: BigInt64Array.from(ids, (_, i) => BigInt(i % length)),
      },
      [encoderInputs.attentionMask]: {
        dims: [batch, 1, 1, length],
        data: Float32Array.from(ids, (id) => (id < 0 ? -1e9 : 0)),
      },
    },
    sizes,
  );
  await session.close();
  const states = [...required(results, LAST_STATES)];
  return ids.map((_, i) => states.slice(i * 4, i * 4 + 4));
}

beforeEach(() => write(tensors()));

test('equals BERT, step by step', async () => {
  const weights = tensors();
  const [actual, expected] = [await statesOf([[3, 1, 4]]), plainBert(weights, [3, 1, 4])];
  for (const [i, state] of expected.entries())
    for (const [j, x] of state.entries()) expect(actual[i]![j]).toBeCloseTo(x, 5);
});

test('gives a row the same states beside a longer one, whatever is padded', async () => {
  const alone = await statesOf([[3, 1]]);
  const beside = await statesOf([
    [3, 1, -1, -1],
    [2, 4, 0, 1],
  ]);
  for (const [i, state] of alone.entries())
    for (const [j, x] of state.entries()) expect(beside[i]![j]).toBeCloseTo(x, 5);
});

test("finds the encoder of a model with a head, by that model's names", async () => {
  const plain = await statesOf([[3, 1]]);
  await write(tensors('bert.').set('classifier.weight', { dims: [1], data: Float32Array.of(1) }));
  expect(await statesOf([[3, 1]])).toEqual(plain);
});

test('names what does not fit', async () => {
  const refused = (): Promise<unknown> => openEncoder(folder.path);
  await write(tensors(), { hidden_size: 6 });
  await expect(refused()).rejects.toThrow(
    'tensor embeddings.word_embeddings.weight has shape [5, 4], expected [5, 6]',
  );
  const weights = tensors();
  weights.delete('encoder.layer.1.output.dense.bias');
  await write(weights);
  await expect(refused()).rejects.toThrow(
    'tensor encoder.layer.1.output.dense.bias is missing, expected [4]',
  );
  await write(tensors(), { model_type: 'mpnet' });
  await expect(refused()).rejects.toThrow('model_type: Invalid input: expected "bert"');
});

type Matrix = readonly (readonly number[])[];

/** The same by sums over plain arrays, as the paper writes it. */
function plainBert(weights: ReadonlyMap<string, TensorData>, ids: readonly number[]): Matrix {
  const data = (name: string): number[] => [...required(weights, name).data];
  const row = (name: string, i: number): number[] => data(name).slice(i * 4, i * 4 + 4);
  const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x + b[i]!);
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const normed = (x: readonly number[]): number[] => {
    const mean =
      dot(
        x,
        x.map(() => 1),
      ) / x.length;
    const apart = x.map((value) => value - mean);
    return apart.map((value) => value / Math.sqrt(dot(apart, apart) / x.length + 1e-12));
  };
  const product = (x: readonly number[], module: string): number[] => {
    const weight = data(`${module}.weight`);
    return data(`${module}.bias`).map(
      (b, o) => b + dot(x, weight.slice(o * x.length, (o + 1) * x.length)),
    );
  };
  const table = (name: string) => `embeddings.${name}_embeddings.weight`;
  let states: Matrix = ids.map((id, i) =>
    normed(
      plus(plus(row(table('word'), id), row(table('position'), i)), row(table('token_type'), 0)),
    ),
  );
  for (const layer of [0, 1]) {
    const block = `encoder.layer.${layer}`;
    const read = (name: string): Matrix =>
      states.map((x) => product(x, `${block}.attention.self.${name}`));
    const [q, k, v] = [read('query'), read('key'), read('value')];
    const mixed = q.map((query) =>
      [0, 2].flatMap((head) => {
        const part = (x: readonly number[]): number[] => x.slice(head, head + 2);
        const scores = k.map((key) => Math.exp(dot(part(query), part(key)) / Math.SQRT2));
        const total = scores.reduce((sum, x) => sum + x, 0);
        return [head, head + 1].map(
          (i) =>
            dot(
              scores,
              v.map((value) => value[i]!),
            ) / total,
        );
      }),
    );
    const attended = mixed.map((x, i) =>
      normed(plus(product(x, `${block}.attention.output.dense`), states[i]!)),
    );
    states = attended.map((x) => {
      const wide = product(x, `${block}.intermediate.dense`).map((h) => h * normal(h));
      return normed(plus(product(wide, `${block}.output.dense`), x));
    });
  }
  return states;
}

/** P(X <= x) of a standard normal X, by Simpson's rule. */
function normal(x: number): number {
  const steps = 2000;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let area = density(0) + density(x);
  for (let i = 1; i < steps; i++) area += density((x * i) / steps) * (i % 2 ? 4 : 2);
  return 0.5 + (area * x) / steps / 3;
}
