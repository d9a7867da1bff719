// An erasure receipt: a statement of in-toto (version 1) about what was erased or forgotten.

import { z } from 'zod';
import { hashSchema } from '../hash.js';
import { erasureSchema, erasureType } from './erasure.js';
import { unlearningSchema, unlearningType } from './unlearning.js';

export const subjectNames = [
  'file',
  'forget-set',
  'retain-set',
  'forget-evaluation-set',
  'retain-evaluation-set',
  'holdout-set',
  'base-model',
  'parent-adapter',
  'adapter',
  'reference-adapter',
  'report-before',
  'report-after',
  'report-audit',
  'job',
  'evaluation-run',
  'knowledge-base',
  'tenant',
] as const;

/** By hash alone: of its bytes, or of its id where it is none (job, run, tenant). */
export const subjectSchema = z.strictObject({
  name: z.enum(subjectNames),
  digest: z.strictObject({ sha256: hashSchema }),
});
export type Subject = Readonly<z.infer<typeof subjectSchema>>;

const head = {
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(subjectSchema).min(1).readonly(),
};

export const statementSchema = z.discriminatedUnion('predicateType', [
  z.strictObject({
    ...head,
    predicateType: z.literal(erasureType),
    predicate: erasureSchema,
  }),
  z.strictObject({
    ...head,
    predicateType: z.literal(unlearningType),
    predicate: unlearningSchema,
  }),
]);
export type Statement = Readonly<z.infer<typeof statementSchema>>;
