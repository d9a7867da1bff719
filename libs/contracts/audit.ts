// The audit of an unlearning job: whether what is no longer said when asked plainly comes back in
// other ways, and what the weights still hold of it.

import { z } from 'zod';
import { hashSchema } from './hash.js';
import { judges } from './judges.js';
import { stretchSchema } from './stretches.js';

/** How much is probed; `full` is all of it. */
export const auditTiers = ['quick', 'full'] as const;
export type AuditTier = (typeof auditTiers)[number];

/** Attacks that ask for the fact, then measurements of what the weights hold. */
export const probeNames = ['direct', 'first-three-words', 'gold'] as const;
export type ProbeName = (typeof probeNames)[number];

/** Which model was asked: the unlearned one, the one it began as, one that never saw the forget set. */
export const auditRoles = ['after', 'before', 'reference'] as const;
export type AuditRole = (typeof auditRoles)[number];

/** One question of a probe to one model. */
export const auditRowSchema = z.object({
  probe: z.enum(probeNames),
  role: z.enum(auditRoles),
  /** Of the forget set's example. */
  index: z.number().int().nonnegative(),
  /** As it was asked, in the probe's words. */
  question: z.string(),
  /** Beginning of the answer that was given. */
  prefix: z.string().optional(),
  /** What of the gold answer was not given. */
  gold: z.string(),
  /** What the model added; absent where nothing was generated. */
  answer: z.string().optional(),
  /** Whether it states the fact; null where that could not be judged or the model not be asked. */
  leak: z.boolean().nullable().optional(),
  figures: z.record(z.string(), z.number()),
});
export type AuditRow = z.infer<typeof auditRowSchema>;

/** Lower and upper bound, at 95 %. */
const intervalSchema = z.tuple([z.number(), z.number()]);

const taskSchema = z.object({
  name: z.enum(probeNames),
  /** Questions whose fact the unlearned model told, of those that could be judged. */
  leaks: z.number().int(),
  of: z.number().int(),
  /** Asked, but not judged. */
  unjudged: z.number().int(),
  /** Wilson's, of the share; null for a share of none. */
  interval: intervalSchema.nullable(),
  /** Leaks of the reference and of the model before; null where they were not asked. */
  reference: z.number().int().nullable(),
  before: z.number().int().nullable(),
});
export type AuditTask = z.infer<typeof taskSchema>;

/** Null where the model before knew no more than the reference: there is nothing to lose. */
const residualSchema = z.object({ value: z.number(), interval: intervalSchema }).nullable();
export type Residual = z.infer<typeof residualSchema>;

/** Where in the gold answer its probability is taken from: from its start, or behind tokens of it. */
export const stretchNames = ['direct', 'afterFirst', 'afterThree', 'afterQuarter'] as const;
export type StretchName = (typeof stretchNames)[number];
const byStretch = <T extends z.ZodType>(schema: T) =>
  z.object({
    direct: schema,
    afterFirst: schema,
    afterThree: schema,
    afterQuarter: schema,
  } satisfies Record<StretchName, T>);

const shareSchema = z.object({
  share: z.number(),
  of: z.number().int(),
  interval: intervalSchema,
});

const auditHead = {
  tier: z.enum(auditTiers),
  judge: z.enum(judges),
  reference: z.object({
    /** `base`: the bare base of an adapter; `none`: figures are held against 0. */
    kind: z.enum(['model', 'base', 'none']),
    base: z.string().optional(),
    adapter: z.string().optional(),
  }),
  tasks: z.array(taskSchema),
  /**
   * (p after - p reference) / (p before - p reference), of the gold answer's mean probability per
   * token: 1 where nothing was lost, 0 where no more is left than the reference has.
   */
  residualKnowledge: byStretch(residualSchema),
  /** Share of the questions that no attack opens; null where none could be judged. */
  kfrUnderAttack: z.object({ ...shareSchema.shape, reference: z.number().nullable() }).nullable(),
};

/** What `audit` leaves. Its rows are AuditRows. */
export const auditManifestSchema = z.strictObject({
  ...auditHead,
  stretches: z.array(stretchSchema),
});
export type AuditManifest = z.infer<typeof auditManifestSchema>;

/** An audit with its rows in it, as clients get it. */
export const auditSchema = z.object({ ...auditHead, rows: z.array(auditRowSchema) });
export type Audit = z.infer<typeof auditSchema>;

/** What the stage returns: numbers alone travel through Redis. */
export const auditResultSchema = z.object({
  audit: hashSchema,
  kfrUnderAttack: z.number().optional(),
  residualKnowledge: z.number().optional(),
});
export type AuditResult = z.infer<typeof auditResultSchema>;
