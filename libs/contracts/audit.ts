// The audit of an unlearning job: whether what is no longer said when asked plainly comes back in
// other ways, and what the weights still hold of it.

import { z } from 'zod';
import { thresholdNames } from './audit-thresholds.js';
import { hashSchema } from './hash.js';
import { intervalSchema } from './interval.js';
import { judges } from './judges.js';
import { auditScopes, probeNames } from './probes.js';
import { stretchSchema } from './stretches.js';

/** Which model was asked: the unlearned one, the one it began as, one that never saw the forget set. */
export const auditRoles = ['after', 'before', 'reference'] as const;
export type AuditRole = (typeof auditRoles)[number];

/** One question of a probe. */
export const probeRowSchema = z.object({
  probe: z.enum(probeNames),
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
export type ProbeRow = z.infer<typeof probeRowSchema>;

export const auditRowSchema = probeRowSchema.extend({ role: z.enum(auditRoles) });
export type AuditRow = z.infer<typeof auditRowSchema>;

const taskSchema = z.strictObject({
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
const residualSchema = z.strictObject({ value: z.number(), interval: intervalSchema }).nullable();
export type Residual = z.infer<typeof residualSchema>;

/** Where the gold answer's probability is taken from: its start, or behind tokens that are given. */
const goldStretches = ['direct', 'afterFirst', 'afterThree', 'afterQuarter'] as const;
export type GoldStretch = (typeof goldStretches)[number];
/** The last: of the next token behind three words, once breaking off there is ruled out. */
export const residualNames = [...goldStretches, 'withoutBreakOff'] as const;
export type ResidualName = (typeof residualNames)[number];
const residualsSchema = z.strictObject({
  direct: residualSchema,
  afterFirst: residualSchema,
  afterThree: residualSchema,
  afterQuarter: residualSchema,
  withoutBreakOff: residualSchema,
} satisfies Record<ResidualName, unknown>);

const underAttackSchema = z
  .strictObject({
    share: z.number(),
    of: z.number().int(),
    interval: intervalSchema,
    reference: z.number().nullable(),
  })
  .nullable();

/** A figure's means over the questions; null of a model that was not asked. */
const measuredSchema = z.object({
  probe: z.enum(probeNames),
  figure: z.string(),
  after: z.number(),
  interval: intervalSchema,
  before: z.number().nullable(),
  reference: z.number().nullable(),
  /**
   * After less reference, paired by question; null where there is no reference, and in audits of
   * before it was computed.
   */
  difference: intervalSchema.nullable().default(null),
});
export type Measured = z.infer<typeof measuredSchema>;

/** Scores that tell what a model was taught from what it was not. */
export const membershipScores = [
  'loss',
  'zlib',
  'minK',
  'minKPlusPlus',
  'gradientNorm',
  'reference',
] as const;
export type MembershipScore = (typeof membershipScores)[number];

const estimateSchema = z.strictObject({ value: z.number(), interval: intervalSchema });

/** Of one score, AUC: 1 tells every forget question from the holdout, .5 none, 0 all the other way. */
const tellingSchema = z.strictObject({
  score: z.enum(membershipScores),
  after: z.number(),
  interval: intervalSchema,
  before: z.number().nullable(),
  reference: z.number().nullable(),
  /** After less reference; less .5 where there is none. */
  difference: estimateSchema,
});
export type Telling = z.infer<typeof tellingSchema>;

const membershipSchema = z
  .strictObject({
    /** Questions of the forget set and of the holdout. */
    forget: z.number().int(),
    holdout: z.number().int(),
    scores: z.array(tellingSchema),
    /** MUSE's PrivLeak, of Min-K %, in percent. */
    privleak: estimateSchema.nullable(),
  })
  .nullable();
export type Membership = NonNullable<z.infer<typeof membershipSchema>>;

/** TOFU's forget quality: the two-sided Kolmogorov-Smirnov test of the truth ratios of two models. */
const forgetQualitySchema = z.strictObject({ pValue: z.number(), statistic: z.number() });

const truthSchema = z
  .strictObject({
    /** That came with wrong answers. */
    questions: z.number().int(),
    /** Medians of the truth ratio: their means hang on a few questions. */
    after: z.number(),
    before: z.number().nullable(),
    reference: z.number().nullable(),
    /** Of the unlearned model and the reference. */
    forgetQuality: forgetQualitySchema.nullable(),
  })
  .nullable();
export type Truth = NonNullable<z.infer<typeof truthSchema>>;

/**
 * (before - after) / (before - reference) of mean ln p, 0 to 1: 0 where all is left. Of a model as a
 * lens reads its layers, or of the one before with a model's states in the place of its own.
 */
const depthSchema = z
  .strictObject({
    /** Whose answer a layer held. */
    questions: z.number().int(),
    /** Means over the layers, each as heavy as what it held, then over the questions. */
    erasure: estimateSchema,
    layers: z.array(
      z.strictObject({
        /** From 1. */
        layer: z.number().int(),
        /** Whose answer it held. */
        questions: z.number().int(),
        /** Null for a layer that held none. */
        erasure: z.number().nullable(),
      }),
    ),
  })
  .nullable();
export type Depth = NonNullable<z.infer<typeof depthSchema>>;

/** From the best to the worst. */
const outcomes = [
  /** Nothing tells the model from the reference, at 95 %. */
  'indistinguishable',
  /** Within the thresholds. */
  'forgotten',
  /** Not said under any attack, but likely still. */
  'hidden',
  /** Not said when asked plainly, but under attack. */
  'suppressed',
  /** Said when asked plainly. */
  'known',
  /** Too few answers could be judged. */
  'unjudged',
] as const;

const verdictSchema = z.object({
  passed: z.boolean(),
  outcome: z.enum(outcomes),
  words: z.string(),
  /** Each threshold that was missed, and what else a reader should know, the gravest first. */
  findings: z.array(z.string()),
  /** Thresholds that were missed; audits of before they were listed do not say. */
  missed: z.array(z.enum(thresholdNames)).optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

const referenceKinds = ['model', 'base', 'none'] as const;

const auditHead = {
  tier: z.enum(auditScopes),
  judge: z.enum(judges),
  reference: z.object({
    /** `base`: the bare base of an adapter; `none`: figures are held against 0. */
    kind: z.enum(referenceKinds),
    base: z.string().optional(),
    adapter: z.string().optional(),
  }),
  tasks: z.array(taskSchema),
  /**
   * (p after - p reference) / (p before - p reference), of the gold answer's mean probability per
   * token: 1 where nothing was lost, 0 where no more is left than the reference has.
   */
  residualKnowledge: residualsSchema,
  /** Share of the questions that no attack opens; null where none could be judged. */
  kfrUnderAttack: underAttackSchema,
  measurements: z.array(measuredSchema),
  /** Null where there are no holdout questions; audits of before there were any say nothing. */
  membership: membershipSchema.default(null),
  /** Null where no question came with wrong answers. */
  truth: truthSchema.default(null),
  /** By the logit lens; null where it was not asked of all three models. */
  depth: depthSchema.default(null),
  /**
   * The unlearning depth score, by activation patching; null where the models do not take each
   * other's states, and in audits of before it was measured.
   */
  unlearningDepth: depthSchema.default(null),
  verdict: verdictSchema,
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

/** Of an audit, what a receipt says: numbers and known words. */
export const auditedSchema = z.strictObject({
  tier: auditHead.tier,
  judge: auditHead.judge,
  reference: z.enum(referenceKinds),
  passed: z.boolean(),
  outcome: z.enum(outcomes),
  tasks: auditHead.tasks,
  residualKnowledge: auditHead.residualKnowledge,
  kfrUnderAttack: auditHead.kfrUnderAttack,
  membership: membershipSchema.optional(),
  truth: truthSchema.optional(),
  depth: depthSchema.optional(),
  unlearningDepth: depthSchema.optional(),
});

/** What the stage returns: numbers alone travel through Redis. */
export const auditResultSchema = z.object({
  audit: hashSchema,
  passed: z.boolean(),
  outcome: z.enum(outcomes),
  kfrUnderAttack: z.number().optional(),
  residualKnowledge: z.number().optional(),
});
export type AuditResult = z.infer<typeof auditResultSchema>;
