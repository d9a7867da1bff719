// DoLa (Chuang et al. 2024, arXiv 2309.03883): what the last layer says beyond an early one, of the
// tokens that it finds plausible.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { Candidates, clearWinner, logSumExp, plausible } from './candidates.js';
import type { Asking } from './early-layers.js';
import type { Corrected, Strategy } from './strategy.js';

export interface DolaOptions {
  readonly layers: readonly number[];
  /** Plausible: at least so many times as likely as the likeliest token. */
  readonly threshold: number;
}

interface EarlyLayer {
  readonly layer: number;
  /** Of the candidates. */
  readonly logits: Float32Array;
}

/**
 * z' = ln p - ln q of the candidates, q by the layer whose distribution diverges most from the last
 * layer's p.
 */
export const dola = ({ layers, threshold }: DolaOptions): Strategy => ({
  *correct(logits, isGreedy): Asking<Corrected> {
    const ids = plausible(logits, threshold);
    const final = ids.map((id) => item(logits, id));
    const only = (values: readonly number[]): Candidates => new Candidates(ids, values);
    if (ids.length === 1) return { logits: only([0]), isSkipped: true };
    const told = yield { measure: 'logits', layers, ids };
    const early = zip(layers, told).map(([layer, row]) => ({ layer, logits: row }));
    const contrast = (row: Float32Array, constant: number): number[] =>
      zip(final, row).map(([z, e]) => z - e + constant);
    const leader = isGreedy ? commonLeader(final, early) : undefined;
    if (leader) return { logits: only(contrast(leader.logits, 0)), isSkipped: true };
    const { layer, logits: row, normaliser } = yield* mostDivergent(early);
    return { logits: only(contrast(row, normaliser - logSumExp(logits))), layer };
  },
});

/** Any of the layers, where the same candidate leads by each of them: normalisers move all alike. */
function commonLeader(
  final: readonly number[],
  early: readonly EarlyLayer[],
): EarlyLayer | undefined {
  const leaders = early.map(({ logits }) =>
    clearWinner(final.length, (i) => item(final, i) - item(logits, i)),
  );
  const [leader] = leaders;
  return leader !== undefined && leaders.every((other) => other === leader)
    ? first(early)
    : undefined;
}

/** The earliest of equals. */
function* mostDivergent(
  early: readonly EarlyLayer[],
): Asking<EarlyLayer & { readonly normaliser: number }> {
  const layers = early.map(({ layer }) => layer);
  const found = zip(early, yield { measure: 'divergence', layers });
  const [one, told] = found.reduce((a, b) => (item(b[1], 0) > item(a[1], 0) ? b : a));
  return { ...one, normaliser: item(told, 1) };
}
