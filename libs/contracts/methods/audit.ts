// Method `audit`: the model is asked whether it still knows the training file, and nothing is trained.

import { z } from 'zod';
import { evaluationSchema, unlearningEvaluationSchema } from '../evaluation.js';
import { hyperparametersSchema } from '../hyperparameters.js';
import { type AuditScope, auditTiers, isPatching, neededBy, probeNames } from '../probes.js';

const { reference, holdout_file } = unlearningEvaluationSchema.shape;

const fields = evaluationSchema.omit({ forget_file: true }).extend({
  /** Default: quick. */
  tier: z.enum(auditTiers).optional(),
  /** Attacks and measurements by name, in place of a tier. */
  tasks: z.array(z.enum(probeNames)).min(1).max(probeNames.length).optional(),
  /** The model that unlearning began from: without it nobody knows how much there was to forget. */
  before: reference,
  reference,
  holdout_file,
  /** With which an audit relearns. */
  hyperparameters: hyperparametersSchema.prefault({}),
});

/** Piped into what it comes to: the API's document describes that, and cannot describe a function. */
const auditMethodSchema = fields
  .superRefine(refuseTasks)
  .transform(({ tier, ...given }): z.input<typeof fields> =>
    given.tasks ? given : { ...given, tier: tier ?? 'quick' },
  )
  .pipe(fields);

export const audit = z.strictObject({
  type: z.literal('audit'),
  audit: auditMethodSchema.prefault({}),
});
export type Auditing = z.output<typeof audit>;

export const scopeOf = ({ tier, tasks }: Pick<Auditing['audit'], 'tier' | 'tasks'>): AuditScope =>
  tasks ? 'named' : (tier ?? 'quick');

/** Of a tier, what a set is lacking for is left out; what is named was to be asked. */
function refuseTasks(given: z.output<typeof fields>, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const { tier, tasks = [], before, retain_file: retain, holdout_file: holdout } = given;
  if (tier !== undefined && tasks.length > 0) refuse(['tasks'], "goes without 'tier'");
  for (const [at, name] of tasks.entries()) {
    const set = neededBy(name);
    if (set && { retain, holdout }[set] === undefined)
      refuse(['tasks', at], `'${name}' needs a '${set}_file'`);
    if (isPatching(name) && before === undefined)
      refuse(['tasks', at], `'${name}' needs the model 'before'`);
  }
}
