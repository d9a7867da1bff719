// The body of a job request with the engine's objectives and masks in it: checked, completed and documented.
import { z } from 'zod';
import { choiceSchema, type Choice, createJobSchemaOf, unlearnSchema } from '#contracts/unlearning.js';
import { ObjectiveError } from '#engine/errors/objective.error.js';
import { chooseMask, maskDocument } from '#engine/gradient-mask.js';
import { chooseObjective, unlearningObjectives } from '#engine/objective-catalog.js';
import type { Objective } from '#engine/objective.js';

const documentOf = ([name, { summary, options }]: [string, Objective]): object => {
  const { properties } = z.toJSONSchema(z.strictObject(options), { io: 'input' });
  return { type: 'object', description: summary, properties: { type: { type: 'string', enum: [name] }, ...properties }, required: ['type'], additionalProperties: false };
};
const objectiveDocument = {
  description: 'How to forget: an objective by name, or with options of its own.',
  anyOf: [{ type: 'string', enum: [...unlearningObjectives.keys()] }, ...[...unlearningObjectives].map(documentOf)],
  default: 'relearn',
};

/** @param check throws ObjectiveError. @param document the schema that the API's description shows. */
const choice = (check: (value: Choice) => unknown, document: Readonly<Record<string, unknown>>) =>
  z.unknown().meta(document).transform((value, context): Choice => {
    const shaped = choiceSchema.safeParse(value);
    try {
      if (!shaped.success) throw new ObjectiveError([], 'expected a name, or an object with a type');
      check(shaped.data);
      return shaped.data;
    } catch (error) {
      if (!(error instanceof ObjectiveError)) throw error;
      context.addIssue({ code: 'custom', path: [...error.path], message: error.message });
      return z.NEVER;
    }
  });

const completeUnlearnSchema = unlearnSchema
  .extend({
    objective: choice((value) => chooseObjective(value, unlearningObjectives), objectiveDocument).prefault('relearn'),
    mask: choice(chooseMask, { description: 'Which parameters a step may change; all where absent.', ...maskDocument }).optional(),
  })
  .transform(({ objective: given, mask, retain_terms: terms, hyperparameters: { npo_beta: beta, ...hyperparameters }, ...rest }) => {
    const { name, objective, options } = chooseObjective(given === 'npo' && beta !== undefined ? { type: 'npo', beta } : given);
    const { forget = 1, retain = 1, kl = 1 } = objective.weights;
    return {
      ...rest,
      objective: { type: name, ...options },
      ...(mask === undefined ? {} : { mask: chooseMask(mask) }),
      retain_terms: [...new Set(terms ?? objective.retainTerms)],
      hyperparameters: { forget_weight: forget, retain_weight: retain, kl_weight: kl, ...hyperparameters },
    };
  });

/** Body of POST /v1/fine_tuning/jobs; what it leaves out is filled in. */
export const createJobSchema = createJobSchemaOf(completeUnlearnSchema);
export type CreateJob = z.infer<typeof createJobSchema>;
