// The body of a job request with the engine's objectives, masks and precisions in it: checked,
// completed and documented.
import { z } from 'zod';
import { choiceField } from '#contracts/choices/choice-field.js';
import { chooseMask } from '#contracts/masks/index.js';
import { maskDocument } from '#contracts/masks/mask-document.js';
import { chooseObjective, objectives, unlearningNames } from '#contracts/objectives/index.js';
import { objectiveDocument } from '#contracts/objectives/objective-document.js';
import { precisions } from '#contracts/precision.js';
import {
  createJobSchemaOf,
  hyperparametersSchema,
  supervisedSchema,
  unlearnSchema,
} from '#contracts/unlearning.js';

const hyperparameters = hyperparametersSchema
  .safeExtend({ precision: z.enum(precisions).optional() })
  .superRefine(({ precision, trainable, parent_adapter: parent }, context) => {
    if (precision === undefined || precision === 'float32') return;
    const refuse = (message: string): void =>
      context.addIssue({
        code: 'custom',
        path: ['precision'],
        message: `"${precision}" ${message}`,
      });
    if (trainable === 'full')
      refuse('goes with trainable "lora": weights that are trained need float32');
    if (parent === 'continue') refuse('goes with parent_adapter "merge"');
  })
  .prefault({});

const completeUnlearnSchema = unlearnSchema
  .extend({
    hyperparameters,
    objective: choiceField(
      (choice) => chooseObjective(choice, unlearningNames),
      objectiveDocument,
    ).prefault('relearn'),
    mask: choiceField(chooseMask, maskDocument).optional(),
  })
  .transform(
    ({
      objective: given,
      mask,
      retain_terms: terms,
      hyperparameters: { npo_beta: beta, ...numbers },
      ...rest
    }) => {
      const objective = chooseObjective(
        given === 'npo' && beta !== undefined ? { type: 'npo', beta } : given,
      );
      const { weights, retainTerms } = objectives[objective.type];
      const { forget = 1, retain = 1, kl = 1 } = weights;
      return {
        ...rest,
        objective,
        ...(mask === undefined ? {} : { mask: chooseMask(mask) }),
        retain_terms: [...new Set(terms ?? retainTerms)],
        hyperparameters: {
          forget_weight: forget,
          retain_weight: retain,
          kl_weight: kl,
          ...numbers,
        },
      };
    },
  );

/** Body of POST /v1/fine_tuning/jobs; what it leaves out is filled in. */
export const createJobSchema = createJobSchemaOf(
  completeUnlearnSchema,
  supervisedSchema.extend({ hyperparameters }),
);
export type CreateJob = z.infer<typeof createJobSchema>;
