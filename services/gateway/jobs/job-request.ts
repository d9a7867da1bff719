// The body of a job request with the engine's objectives, masks and precisions in it: checked,
// completed and documented.
import { z } from 'zod';
import {
  choiceSchema,
  type Choice,
  createJobSchemaOf,
  hyperparametersSchema,
  supervisedSchema,
  unlearnSchema,
} from '#contracts/unlearning.js';
import { precisions } from '#models/passes/precision.js';
import { ObjectiveError } from '#training/errors/objective.error.js';
import { chooseObjective, unlearningObjectives } from '#training/objectives/objective-catalog.js';
import type { Objective } from '#training/objectives/objective.js';
import { chooseMask, maskDocument } from '#training/optimizer/gradient-mask.js';

const documentOf = ([name, { summary, options }]: [string, Objective]): object => {
  const { properties } = z.toJSONSchema(z.strictObject(options), { io: 'input' });
  return {
    type: 'object',
    description: summary,
    properties: { type: { type: 'string', enum: [name] }, ...properties },
    required: ['type'],
    additionalProperties: false,
  };
};
const objectiveDocument = {
  description: 'How to forget: an objective by name, or with options of its own.',
  anyOf: [
    { type: 'string', enum: [...unlearningObjectives.keys()] },
    ...[...unlearningObjectives].map(documentOf),
  ],
  default: 'relearn',
};

/**
 * @param check throws ObjectiveError.
 * @param document the schema that the API's description shows.
 */
const choice = (check: (value: Choice) => unknown, document: Readonly<Record<string, unknown>>) =>
  z
    .unknown()
    .meta(document)
    .transform((value, context): Choice => {
      const shaped = choiceSchema.safeParse(value);
      try {
        if (!shaped.success)
          throw new ObjectiveError([], 'expected a name, or an object with a type');
        check(shaped.data);
        return shaped.data;
      } catch (error) {
        if (!(error instanceof ObjectiveError)) throw error;
        context.addIssue({ code: 'custom', path: [...error.path], message: error.message });
        return z.NEVER;
      }
    });

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
    objective: choice(
      (value) => chooseObjective(value, unlearningObjectives),
      objectiveDocument,
    ).prefault('relearn'),
    mask: choice(chooseMask, {
      description: 'Which parameters a step may change; all where absent.',
      ...maskDocument,
    }).optional(),
  })
  .transform(
    ({
      objective: given,
      mask,
      retain_terms: terms,
      hyperparameters: { npo_beta: beta, ...numbers },
      ...rest
    }) => {
      const { name, objective, options } = chooseObjective(
        given === 'npo' && beta !== undefined ? { type: 'npo', beta } : given,
      );
      const { forget = 1, retain = 1, kl = 1 } = objective.weights;
      return {
        ...rest,
        objective: { type: name, ...options },
        ...(mask === undefined ? {} : { mask: chooseMask(mask) }),
        retain_terms: [...new Set(terms ?? objective.retainTerms)],
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
