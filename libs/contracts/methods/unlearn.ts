// Method `unlearn`: the training file is the forget set.

import { z } from 'zod';
import { augmentationSchema } from '../augmentation.js';
import { choiceField } from '../choices/choice-field.js';
import { unlearningEvaluationSchema } from '../evaluation.js';
import { hyperparametersSchema } from '../hyperparameters.js';
import { chooseMask, maskNames, masks } from '../masks/index.js';
import { maskDocument } from '../masks/mask-document.js';
import { chooseObjective, objectives, unlearningNames } from '../objectives/index.js';
import { objectiveDocument } from '../objectives/objective-document.js';
import { retainTerms } from '../objectives/retain-terms.js';

const inputSchema = z.strictObject({
  objective: choiceField(
    (choice) => chooseObjective(choice, unlearningNames),
    objectiveDocument,
  ).prefault(objectiveDocument.default),
  /** Default: the objective's. */
  retain_terms: z.array(z.enum(retainTerms)).max(2).optional(),
  /** Which parameters a step may change: {"type": "sure"}, {"type": "memflex"}. Default: all. */
  mask: choiceField(chooseMask, maskDocument).optional(),
  retain_file: z.string(),
  hyperparameters: hyperparametersSchema.prefault({}),
  augmentation: augmentationSchema.prefault({}),
  evaluation: unlearningEvaluationSchema.prefault({}),
});
export type UnlearnInput = z.input<typeof inputSchema>;

const completeSchema = inputSchema
  .extend({
    objective: z.looseObject({ type: z.enum(unlearningNames) }),
    retain_terms: z.array(z.enum(retainTerms)),
    mask: z.looseObject({ type: z.enum(maskNames) }).optional(),
  })
  .refine(
    ({ objective, retain_terms: terms, mask }) =>
      !(mask && masks[mask.type].comparesSets) ||
      terms.length > 0 ||
      objectives[objective.type].ownRetainLoss,
    { path: ['mask'], error: 'compares the gradients of both sets: name a retain term' },
  );

/** What the objective decides where the request does not. */
function complete({
  objective: given,
  mask,
  retain_terms: terms,
  hyperparameters: { npo_beta: beta, ...numbers },
  augmentation,
  ...rest
}: z.output<typeof inputSchema>): z.input<typeof completeSchema> {
  const objective = chooseObjective(
    given === 'npo' && beta !== undefined ? { type: 'npo', beta } : given,
  );
  const { weights, breakOffs, retainTerms: own } = objectives[objective.type];
  const { forget = 1, retain = 1, kl = 1 } = weights;
  return {
    ...rest,
    objective,
    ...(mask === undefined ? {} : { mask: chooseMask(mask) }),
    retain_terms: [...new Set(terms ?? own)],
    augmentation: { break_offs: breakOffs, ...augmentation },
    hyperparameters: { forget_weight: forget, retain_weight: retain, kl_weight: kl, ...numbers },
  };
}

export const unlearn = z.strictObject({
  type: z.literal('unlearn'),
  unlearn: inputSchema.transform(complete).pipe(completeSchema),
});
export type Unlearn = z.output<typeof unlearn>;
