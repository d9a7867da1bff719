// How a request says by which strategy its tokens are chosen, and how it is told what that did.

import { z } from 'zod';
import { strategyNames } from '#contracts/decoding.js';
import type { Decoding } from '#contracts/generated/lethe/inference/v1/Decoding.js';
import { given } from './given.js';

const layer = z.number().int().min(0).max(10_000);
export const lengthPenalty = z.number().min(-10).max(10);
export const earlyStopping = z.union(
  [z.boolean(), z.literal('never')],
  'must be true, false or never',
);

/** What strategies have beside their names. */
const numbers = ['layers', 'alpha', 'top_p', 'top_k', 'threshold', 'without'] as const;

/** The model's own depth and the strategy's own numbers are inference's to check. */
export const decodingField = z
  .strictObject({
    /** none: as the model has them, whatever it decodes by otherwise. */
    strategy: z.enum([...strategyNames, 'none']).nullish(),
    /** First and last, both included. */
    layers: z.tuple([layer, layer]).nullish(),
    alpha: z.number().min(0).max(100).nullish(),
    top_p: z.number().gt(0).max(1).nullish(),
    top_k: z.number().int().min(1).max(1000).nullish(),
    threshold: z.number().gt(0).max(1).nullish(),
    /** In the place of the last message, or of the prompt: the same without its context. */
    without: z.string().min(1).nullish(),
    beams: z.number().int().min(1).max(1024).nullish(),
    length_penalty: lengthPenalty.nullish(),
    early_stopping: earlyStopping.nullish(),
  })
  .refine(({ strategy, beams }) => strategy ?? beams, {
    path: ['strategy'],
    message: 'must be there, or beams',
  })
  .superRefine((asked, context) => {
    if (asked.strategy !== 'none') return;
    for (const field of numbers)
      if ((asked[field] ?? null) !== null)
        context.addIssue({ code: 'custom', path: [field], message: 'goes with a strategy' });
  })
  .nullish();
type AskedDecoding = z.infer<typeof decodingField>;

export function toDecoding(asked: AskedDecoding): Decoding | undefined {
  if (!asked?.strategy || asked.strategy === 'none') return undefined;
  const { strategy, layers, alpha, top_p: topP, top_k: topK, threshold, without } = asked;
  return {
    strategy,
    ...(layers ? { layers: { from: layers[0], to: layers[1] } } : {}),
    ...given({ alpha, topP, topK, threshold, without }),
  };
}

/** Whether a request leaves it to the model by which strategy tokens are chosen. */
export const leavesDecoding = (asked: AskedDecoding): boolean => !asked?.strategy;

export const decodingUsageSchema = z.object({
  default: z
    .literal(true)
    .optional()
    .describe("The model's own strategy was taken, as the request named none."),
  steps: z.number().int(),
  skipped: z.number().int(),
  changed: z.number().int(),
  layers: z.record(z.string(), z.number().int()),
});
