// Body of POST /v1/completions.

import { z } from 'zod';
import { passedOverFields, refusedEverywhere, refusedFields } from './other-fields.js';
import { samplingFields } from './sampling.js';

export const completionSchema = z.strictObject({
  ...passedOverFields,
  ...refusedFields(refusedEverywhere),
  ...samplingFields,
  prompt: z.union([z.string(), z.array(z.string()).length(1)], 'must be one text'),
  best_of: z.literal(1, 'only one completion per request can be made').nullish(),
  echo: z.literal(false, 'the prompt is not repeated').nullish(),
  logprobs: z.null('log-probabilities are not given').optional(),
  suffix: z
    .union([z.null(), z.literal('')], 'text after the completion is not supported')
    .optional(),
});
export type CompletionRequest = z.infer<typeof completionSchema>;
