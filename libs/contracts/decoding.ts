// Decoding strategies that requests name, and what a model decodes by where a request names none.

import { z } from 'zod';
import type { Decoding } from './generated/lethe/inference/v1/Decoding.js';

export const strategyNames = ['cad', 'deco', 'dola', 'energy', 'sled'] as const;
export type StrategyName = (typeof strategyNames)[number];

/** By what settings of DeCo are compared. */
export const tuningCriteria = ['match', 'log_prob', 'outranks'] as const;
export type TuningCriterion = (typeof tuningCriteria)[number];

const layer = z.number().int().min(0).max(10_000);

/** As an evaluation has its answers made: by a strategy that needs nothing of a row beside its prompt. */
export const askedDecodingSchema = z.strictObject({
  strategy: z.enum(strategyNames).exclude(['cad']),
  layers: z
    .tuple([layer, layer])
    .refine(([from, to]) => from <= to, 'must be the first and the last')
    .optional()
    .describe('First and last, both included.'),
  alpha: z.number().min(0).max(100).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  top_k: z.number().int().min(1).max(1000).optional(),
  threshold: z.number().gt(0).max(1).optional(),
});
export type AskedDecoding = z.infer<typeof askedDecodingSchema>;

/** As inference is asked. Numbers that are absent are the strategy's own. */
export const decodingMessage = ({
  strategy,
  layers,
  alpha,
  top_p: topP,
  top_k: topK,
  threshold,
}: AskedDecoding): Decoding => ({
  strategy,
  ...(layers ? { layers: { from: layers[0], to: layers[1] } } : {}),
  ...(alpha === undefined ? {} : { alpha }),
  ...(topP === undefined ? {} : { topP }),
  ...(topK === undefined ? {} : { topK }),
  ...(threshold === undefined ? {} : { threshold }),
});

/** As in "deco, layers 5 to 6, alpha 0". */
export const decodingWords = ({ strategy, layers, ...numbers }: AskedDecoding): string =>
  [
    strategy,
    ...(layers ? [`layers ${layers.join(' to ')}`] : []),
    ...Object.entries(numbers).map(([name, value]) => `${name} ${value}`),
  ].join(', ');

/** What a tuning has found on rows that it was not chosen on. */
const measuredSchema = z.strictObject({
  by: z.enum(tuningCriteria),
  rows: z.number().int().min(1),
  /** To decoding without DeCo. */
  difference: z.number(),
  /** At 95 %. */
  interval: z.tuple([z.number(), z.number()]),
});
export type DecodingFinding = z.infer<typeof measuredSchema>;

/** What a tuning writes: one file beside a base model, one record of a tuned one. */
export const ownDecodingSchema = z.strictObject({
  strategy: z.literal('deco', 'must be deco'),
  layers: z
    .tuple([layer, layer])
    .refine(([from, to]) => from <= to, 'must be the first and the last')
    .describe('First and last, both included.'),
  alpha: z.number().min(0).max(100),
  top_p: z.number().gt(0).max(1).optional(),
  top_k: z.number().int().min(1).max(1000).optional(),
  measured: measuredSchema.optional().describe('What its tuning has found.'),
});
export type OwnDecoding = z.infer<typeof ownDecodingSchema>;
