// The field by which a request says which knowledge base its answers are made from, and how.

import { z } from 'zod';
import { groundingSettingsSchema } from '#contracts/grounding.js';

const { candidates, min_mass, margin, retriever_weight, attribute_weight, wording } =
  groundingSettingsSchema.shape;

export const knowledgeField = z
  .strictObject({
    /** Absent: the model's own. */
    knowledge_base: z.string().min(1).nullish(),
    candidates: candidates.nullable(),
    min_mass: min_mass.nullable(),
    margin: margin.nullable(),
    retriever_weight: retriever_weight.nullable(),
    attribute_weight: attribute_weight.nullable(),
    wording: wording.nullable(),
  })
  .nullish();
export type AskedKnowledge = NonNullable<z.infer<typeof knowledgeField>>;
