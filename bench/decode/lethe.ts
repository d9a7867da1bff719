// Our side: the runner of inference, below queue and sampler as the peer is.

import type { ServedPrecision } from '#contracts/served-precision.js';
import { type LoadedAdapter, loadAdapter } from '#generation/running/adapter-rows.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import type { Contestant, Turn } from './turn.js';

const RANK = 8;
const CONTEXT = 1024;
const PROMPT_ROW = 1000;

export interface Ours {
  readonly take: Contestant;
  /** With adapters. */
  readonly takeAdapted: Contestant;
  close(): Promise<void>;
}

const promptOf = (length: number): number[] =>
  Array.from({ length }, (_, i) => 300 + ((i * 37) % 40_000));

export async function openLethe(
  path: string,
  precision: ServedPrecision,
  threads: number,
): Promise<Ours> {
  const checkpoint = await openCheckpoint(path);
  const { config } = checkpoint;
  const weights = await readServedWeights(checkpoint, { precision, halfWeights: false });
  const compute = { device: 'cpu', threads } as const;
  const runner = new ModelRunner({ config, weights, maxContext: CONTEXT, compute });
  const rows: { id: number; prompt: number[]; tokens: number[] }[] = [];
  const adapters: LoadedAdapter[] = [];
  const adapterOf = (id: number): LoadedAdapter =>
    (adapters[id] ??= loadAdapter(tinyAdapter(config, { r: RANK, seed: id + 1 }), config));

  async function read(length: number): Promise<void> {
    await runner.prefill({ id: PROMPT_ROW, prompt: promptOf(length), adapter: undefined });
    runner.release(PROMPT_ROW);
  }

  async function take({ rows: count, past, steps, prompt }: Turn, adapted = 0) {
    const wanted = prompt ? 0 : count;
    while (rows.length < wanted) {
      const row = { id: rows.length, prompt: promptOf(past), tokens: [] as number[] };
      await runner.prefill({ ...row, adapter: undefined });
      rows.push(row);
    }
    const times: number[] = [];
    for (let step = 0; step < steps; step++) {
      for (const { tokens } of prompt ? [] : rows) tokens.push(300 + tokens.length);
      const started = performance.now();
      if (prompt) await read(prompt);
      else
        await runner.decode(
          rows.map((row) => ({
            ...row,
            last: row.tokens.at(-1)!,
            adapter: adapted ? adapterOf(row.id % adapted) : undefined,
          })),
        );
      times.push(performance.now() - started);
    }
    return times;
  }

  return {
    take: (turn) => take(turn),
    takeAdapted: (turn) => take(turn, turn.adapters ?? turn.rows),
    close: () => runner.close(),
  };
}
