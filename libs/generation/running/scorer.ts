// What the model says of given completions, a pass for a batch of them.

import { first } from '#collections/items.js';
import { required } from '#collections/required.js';
import { type PassInputs, sequenceInputs } from '#models/passes/attention/sequence-inputs.js';
import { patchFeeds } from '#models/passes/patches.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import type { LoadedAdapter } from './adapter-rows.js';
import { graphOutputs, type PassKind } from './graphs.js';
import { byLayer, type PassResults } from './pass-results.js';
import { placedPatches, placesRead, type ScoreBatch } from './score-batch.js';
import type { ScoredTargets } from './score.js';
import type { TokenPasses } from './token-passes.js';

export class Scorer {
  constructor(
    private readonly config: ModelConfig,
    private readonly passes: TokenPasses,
  ) {}

  async score(
    batch: ScoreBatch,
    adapter: LoadedAdapter | undefined,
    kind: PassKind,
  ): Promise<ScoredTargets> {
    const { config } = this;
    const rows = batch.lengths.map((length) => [length]);
    const places = sequenceInputs(config, rows, batch.shared, placesRead(config, batch));
    const results = await this.passes.run(kind, adapter, places, {
      ...batch,
      images: batch.rows.flatMap((row) => row.images ?? []),
      more: this.patchesOf(batch, kind),
    });
    return this.told(results, kind, batch.targets.length);
  }

  private patchesOf(batch: ScoreBatch, kind: PassKind): PassInputs | undefined {
    if (kind !== 'patched') return undefined;
    return patchFeeds(this.config, batch.ids.length, placedPatches(batch));
  }

  private told(results: PassResults, kind: PassKind, targets: number): ScoredTargets {
    const of = (name: string): Float32Array => required(results, name);
    if (kind === 'stream') return { logProbs: new Float32Array(), stream: of(graphOutputs.stream) };
    if (kind === 'embed') return { logProbs: new Float32Array(), hidden: of(graphOutputs.hidden) };
    const logProbs = of(graphOutputs.logProbs);
    switch (kind) {
      case 'score':
      case 'patched':
        return { logProbs };
      case 'states':
        return { logProbs, states: byLayer(results, this.config, graphOutputs.states) };
      case 'gradient':
        return { logProbs, gradientNorm: this.normOf(results) / targets };
      case 'likeliest':
        return { logProbs, likeliest: likeliestOf(results) };
      case 'detail':
        return { logProbs, detail: detailOf(results) };
      case 'lens': {
        const early = byLayer(results, this.config, graphOutputs.layerLogProbs);
        return { logProbs, detail: detailOf(results), layers: [...early, logProbs] };
      }
    }
  }

  /** Mean of the 2-norms of the tensors' gradients. */
  private normOf(results: PassResults): number {
    const norms = Array.from(expectedTensors(this.config).keys(), (_, tensor) =>
      Math.sqrt(first(required(results, graphOutputs.gradientSquare(tensor)))),
    );
    return norms.reduce((a, b) => a + b, 0) / norms.length;
  }
}

const likeliestOf = (results: PassResults) => ({
  ids: required(results, graphOutputs.likeliest),
  logProbs: required(results, graphOutputs.likeliestLogProbs),
  above: required(results, graphOutputs.above),
});

const detailOf = (results: PassResults) => ({
  best: required(results, graphOutputs.best),
  bestLogProbs: required(results, graphOutputs.bestLogProbs),
  means: required(results, graphOutputs.means),
  variances: required(results, graphOutputs.variances),
});
