// Fields by which answers are searched for: those of `decoding`, and vLLM's.

import { z } from 'zod';
import type { Beams } from '#contracts/generated/lethe/inference/v1/Beams.js';
import { type decodingField, earlyStopping, lengthPenalty } from './decoding.js';

/** vLLM's: a search of `n` beams, or of `best_of`. */
export const beamFields = {
  use_beam_search: z.boolean().nullish(),
  length_penalty: lengthPenalty.nullish(),
  early_stopping: earlyStopping.nullish(),
};

export type AskedBeams = z.infer<z.ZodObject<typeof beamFields>> & {
  readonly decoding?: z.infer<typeof decodingField>;
  readonly n?: number | null | undefined;
  readonly best_of?: unknown;
  readonly temperature?: number | null | undefined;
};

export function toBeams(asked: AskedBeams): Beams | undefined {
  const width = widthOf(asked);
  if (width === undefined) return undefined;
  const by = asked.use_beam_search ? asked : (asked.decoding ?? {});
  return {
    width,
    lengthPenalty: by.length_penalty ?? 1,
    earlyStopping: String(by.early_stopping ?? false),
    given: asked.n ?? 1,
  };
}

function widthOf({ use_beam_search: isSearched, decoding, n, best_of: best }: AskedBeams) {
  if (isSearched) return Math.max(n ?? 1, typeof best === 'number' ? best : 1);
  return decoding?.beams ?? undefined;
}

const asked = (value: unknown, nothing: unknown): boolean => (value ?? nothing) !== nothing;

/** Problems of fields together, for a schema's own check. */
export function beamProblems(body: AskedBeams): [field: string, message: string][] {
  const { use_beam_search: isSearched, decoding, n, best_of: best, temperature } = body;
  const beams = decoding?.beams ?? undefined;
  const width = widthOf(body);
  const alone = 'must come with use_beam_search';
  const within = 'must come with beams';
  const wrong: [boolean, string, string][] = [
    [Boolean(isSearched && beams), 'use_beam_search', 'cannot be combined with decoding.beams'],
    [!isSearched && asked(body.length_penalty, 1), 'length_penalty', alone],
    [!isSearched && asked(body.early_stopping, false), 'early_stopping', alone],
    [!beams && asked(decoding?.length_penalty, 1), 'decoding.length_penalty', within],
    [!beams && asked(decoding?.early_stopping, false), 'decoding.early_stopping', within],
    [Boolean(beams && best), 'best_of', 'cannot be combined with decoding.beams'],
    [(n ?? 1) > (width ?? Infinity), 'n', `must be at most as many as beams, which are ${width}`],
    [
      Boolean(width && temperature),
      'temperature',
      'must be 0 or absent with beams: nothing is drawn',
    ],
  ];
  return wrong.flatMap(([isWrong, field, message]) => (isWrong ? [[field, message]] : []));
}
