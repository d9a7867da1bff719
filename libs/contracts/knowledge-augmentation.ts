// What a request may ask of the tuning set that is made of a knowledge base.

import { z } from 'zod';
import { teachers } from './teachers.js';

const share = z.number().min(0).max(1);
/** How often what a term is of stands in the set. */
const repetitions = z.number().int().min(0).max(16);

const weightsSchema = z
  .strictObject({
    /** L_entity: the name that a link begins with, or that there is none. */
    entity: repetitions.default(1),
    /** L_attribute, after the right name. */
    attribute: repetitions.default(1),
    /** L_retrieval: the row itself is learned, which is what answers from a base do without. */
    retrieval: repetitions.default(0),
    /** L_response: the answer from the row. */
    response: repetitions.default(1),
  })
  .refine((weights) => Object.values(weights).some((weight) => weight > 0), {
    error: 'must not all be 0: nothing would be learned',
  });

export const knowledgeAugmentationSchema = z
  .strictObject({
    teacher: z.enum(teachers).default('rules'),
    /** Rows of the base that questions are made of, at most: of each attribute as many. */
    rows: z.number().int().min(1).max(100_000).default(1_000),
    /** Questions for each row, worded differently. */
    wordings: z.number().int().min(1).max(16).default(2),
    /** Questions that name their entity by an alias, where it has one. */
    alias_share: share.default(0.2),
    /** Questions that misspell their entity. */
    noisy_share: share.default(0.1),
    /** Questions about an entity that the base does not have. */
    absent_share: share.default(0),
    /** Answers to a row that is another's or empty: they decline. */
    decline_share: share.default(0.1),
    weights: weightsSchema.prefault({}),
  })
  .refine(({ alias_share: alias, noisy_share: noisy, absent_share: absent }) => {
    return alias + noisy + absent <= 1;
  }, 'alias_share, noisy_share and absent_share must be at most 1 together');
export type KnowledgeAugmentation = z.infer<typeof knowledgeAugmentationSchema>;
