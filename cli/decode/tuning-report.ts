// What a tuning has found, and what it comes to.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { OwnDecoding, TuningCriterion } from '#contracts/decoding.js';
import { type SweepFigures, sweepFigures, type SweptAnswer } from '#metrics/decoding/swept.js';
import { tuned } from '#metrics/decoding/tuning.js';
import type { Setting } from './settings.js';

interface Asked {
  readonly model: string;
  readonly by: TuningCriterion;
  readonly topP?: number;
  readonly topK?: number;
}

interface Halves {
  readonly tuning: readonly SweptAnswer[];
  readonly heldOut: readonly SweptAnswer[];
}

export interface TuningReport {
  readonly model: string;
  readonly by: TuningCriterion;
  readonly rows: { readonly tuning: number; readonly held_out: number };
  readonly tokens: { readonly tuning: number; readonly held_out: number };
  /** Percent of the held-out answers' tokens that DeCo can say at all. */
  readonly candidates: number;
  /** Without DeCo, on the held-out rows. */
  readonly baseline: SweepFigures;
  readonly settings: readonly (Setting & {
    /** On the rows that the best is chosen by: its difference to the baseline. */
    readonly gain: number;
    /** On the others. */
    readonly held_out: SweepFigures;
  })[];
  /** Best on the tuning rows; absent: none is better than without DeCo. */
  readonly best?: Setting;
  /** What the model is to decode by; null: DeCo is to be left off. */
  readonly decoding: OwnDecoding | null;
}

export function tuningReport(
  { model, by, topP, topK }: Asked,
  settings: readonly Setting[],
  { tuning, heldOut }: Halves,
): TuningReport {
  const found = tuned(tuning, heldOut, by);
  const tokens = { tuning: tokensOf(tuning), held_out: tokensOf(heldOut) };
  const candidates = heldOut.reduce((sum, answer) => sum + answer.candidates, 0);
  const best = found.best === undefined ? undefined : item(settings, found.best);
  const shown = best && found.best !== undefined ? item(found.heldOut, found.best) : undefined;
  const difference = shown?.[by].difference;
  return {
    model,
    by,
    rows: { tuning: tuning.length, held_out: heldOut.length },
    tokens,
    candidates: (100 * candidates) / tokens.held_out,
    baseline: sweepFigures(heldOut),
    settings: zip(settings, zip(found.tuning, found.heldOut)).map(([setting, [own, others]]) => ({
      ...setting,
      gain: own[by].difference?.value ?? NaN,
      held_out: others,
    })),
    ...(best ? { best } : {}),
    decoding:
      best && difference && found.isConfirmed
        ? {
            strategy: 'deco',
            layers: [...best.layers],
            alpha: best.alpha,
            ...(topP === undefined ? {} : { top_p: topP }),
            ...(topK === undefined ? {} : { top_k: topK }),
            measured: {
              by,
              rows: heldOut.length,
              difference: difference.value,
              interval: [...difference.interval],
            },
          }
        : null,
  };
}

const tokensOf = (answers: readonly SweptAnswer[]): number =>
  answers.reduce((sum, { tokens }) => sum + tokens, 0);
