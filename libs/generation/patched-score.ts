// How likely completions are to a model once what a layer of another leaves stands in the place of its
// own: whether that layer holds what the model says by.

import { first } from '#collections/items.js';
import type { GenerationEngine, ScoredItem, ScoreOptions } from './generation.js';
import type { Score } from './running/score.js';

export interface PatchedScore extends Pick<Score, 'sum' | 'tokens'> {
  /**
   * By layer: `tokens` as they are with the other model's states after it, of the token before each of
   * the completion's.
   */
  readonly patched: number[][];
}

type Scorer = Pick<GenerationEngine, 'score'>;

export interface PatchOptions extends Omit<ScoreOptions, 'kind'> {
  /**
   * The other model: the same engine, or one of the same shape whose tokens are the same, and the id of
   * its adapter; absent: the base model.
   */
  readonly source: { readonly engine: Scorer; readonly adapter: string | undefined };
}

/**
 * Takes a pass of the other model, and of the model a row for each layer, in which the prompt is read
 * once. One item after the other: states of many would take much memory.
 * @throws as GenerationEngine.score
 */
export async function scorePatched(
  engine: Scorer,
  items: readonly ScoredItem[],
  { source, adapter, ...options }: PatchOptions,
): Promise<PatchedScore[]> {
  const scores: PatchedScore[] = [];
  for (const item of items) {
    const others = await source.engine.score([item], {
      ...options,
      adapter: source.adapter,
      kind: 'states',
    });
    const { states = [] } = first(others);
    const patches = states.map((left, layer) => ({ ...item, patch: { layer, states: left } }));
    const rows = await engine.score([item, ...patches], { ...options, adapter, kind: 'patched' });
    const [{ sum, tokens }, ...patched] = rows as [Score, ...Score[]];
    scores.push({ sum, tokens, patched: patched.map((score) => score.tokens) });
  }
  return scores;
}
