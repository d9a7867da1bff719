// What a model takes after each kind of pass that it is asked for. Arguments: a model, a precision.

import type { ServedPrecision } from '#contracts/served-precision.js';
import { type LoadedAdapter, loadAdapter } from '#generation/running/adapter-rows.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import { scoreRows, takeBatch } from '#generation/running/score-batch.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { BlockFile } from '#runtime/block-file.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';

/** Megabytes. */
export interface Resident {
  readonly loaded: number;
  readonly answered: number;
  readonly scored: number;
  /** With an adapter, besides. */
  readonly answeredTuned: number;
  readonly scoredTuned: number;
  /** At once, at most. */
  readonly peak: number;
}

const TOKENS = 128;
const [path, precision] = process.argv.slice(2) as [string, ServedPrecision];
const checkpoint = await openCheckpoint(path);
const { config } = checkpoint;
const blocks = precision === 'float32' ? undefined : await BlockFile.open();
const weights = await readServedWeights(checkpoint, { precision, halfWeights: false, blocks });
const compute = { device: 'cpu', threads: 2 } as const;
const runner = new ModelRunner({ config, weights, maxContext: 1024, compute });
const adapter = loadAdapter(tinyAdapter(config, { r: 8, seed: 1 }), config);
const prompt = Array.from({ length: TOKENS }, (_, i) => (i * 37) % config.vocabSize);

function resident(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1e6);
}

async function answer(tuned?: LoadedAdapter): Promise<number> {
  const row = { id: 0, prompt, adapter: tuned };
  await runner.prefill(row);
  await runner.decode([{ ...row, tokens: [1], last: 1 }]);
  runner.release(0);
  return resident();
}

async function score(tuned?: LoadedAdapter): Promise<number> {
  const half = TOKENS / 2;
  const rows = scoreRows([{ prompt: prompt.slice(0, half), completion: prompt.slice(half) }]);
  const limits = { rows: 1, tokens: TOKENS, scores: TOKENS ** 2, steady: TOKENS };
  await runner.score(takeBatch([rows], limits), tuned, 'score');
  return resident();
}

const figures: Resident = {
  loaded: resident(),
  answered: await answer(),
  scored: await score(),
  answeredTuned: await answer(adapter),
  scoredTuned: await score(adapter),
  peak: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
};
await runner.close();
process.send?.(figures);
