// How answers are made from a knowledge base.

import { z } from 'zod';
import type { Knowledge } from './generated/lethe/inference/v1/Knowledge.js';
import type { Artifact } from './spaces.js';

export const groundingStatuses = ['grounded', 'not_found', 'ambiguous', 'unsupported'] as const;
export type GroundingStatus = (typeof groundingStatuses)[number];

/** Who words an answer; `rows`: it is the row as it is. */
export const groundingWordings = ['model', 'rows'] as const;

/** What is absent is inference's default. */
export const groundingSettingsSchema = z.strictObject({
  /** Entities that the link is chosen among, at most. */
  candidates: z.number().int().min(1).max(100).optional(),
  /** Mean over the link's tokens of ln of the probability of all that the base allowed: 0 at most. */
  min_mass: z.number().max(0).optional(),
  /** By so much (ln) must a link be likelier than the next entity's. */
  margin: z.number().min(0).max(100).optional(),
  /** What the retriever's score of an entity counts beside the model's. */
  retriever_weight: z.number().min(0).max(100).optional(),
  /** What it counts beside the model's how likely the question's wording asks for an attribute. */
  attribute_weight: z.number().min(0).max(100).optional(),
  wording: z.enum(groundingWordings).optional(),
});
export type GroundingSettings = z.infer<typeof groundingSettingsSchema>;

/** What inference is asked. @param base a version of it. */
export const toKnowledge = (base: Artifact, settings: GroundingSettings): Knowledge => ({
  base,
  candidates: settings.candidates,
  minMass: settings.min_mass,
  margin: settings.margin,
  retrieverWeight: settings.retriever_weight,
  attributeWeight: settings.attribute_weight,
  wording: settings.wording,
});
