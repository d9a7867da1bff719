// What is told of an answer from a knowledge base beside its text: where it comes from, and what was
// found.

import { z } from 'zod';
import type { Grounding__Output } from '#contracts/generated/lethe/inference/v1/Grounding.js';
import { groundingStatuses } from '#contracts/grounding.js';
import type { UsedBase } from './grounds.js';

const usedBase = { knowledge_base: z.string(), version: z.number().int() };
const link = { entity_id: z.string(), entity: z.string(), attribute: z.string() };

export const citationSchema = z.object({
  type: z.literal('kb_citation'),
  kb_citation: z.object({
    ...usedBase,
    ...link,
    values: z.array(z.string()),
    values_left_out: z.number().int().describe('That the model had no room for.'),
    start_index: z.number().int().describe('Of the text that says them, in UTF-16 units.'),
    end_index: z.number().int(),
  }),
});

export const knowledgeSchema = z.object({
  ...usedBase,
  status: z.enum(groundingStatuses),
  link: z.object(link).nullable().describe('What the model took to be asked.'),
  mass: z
    .number()
    .describe(
      'Mean over the tokens of the link of ln of the probability that the model gave to all that the base allowed.',
    ),
  margin: z
    .number()
    .describe('By how much (ln) the link is likelier than the next entity; at most 100.'),
  candidates: z
    .array(
      z.object({ entity_id: z.string(), name: z.string(), type: z.string(), score: z.number() }),
    )
    .describe('Entities that the link was chosen among, or that may be meant.'),
  guarded: z
    .boolean()
    .describe(
      "The row stands in the place of words that had values of another row, or none of this one's.",
    ),
});

/** Of a chat's message, in which it comes back with the next question. */
export interface Grounded {
  /** None of an answer that says that it has none. */
  readonly annotations: readonly z.infer<typeof citationSchema>[];
  readonly knowledge: z.infer<typeof knowledgeSchema>;
}

export function groundedOf(told: Grounding__Output, { id, version }: UsedBase): Grounded {
  const used = { knowledge_base: id, version };
  const { entityId, entity, attribute } = told;
  const named = { entity_id: entityId, entity, attribute };
  const citation = {
    type: 'kb_citation' as const,
    kb_citation: {
      ...used,
      ...named,
      values: told.values,
      values_left_out: told.valuesLeftOut,
      start_index: told.start,
      end_index: told.end,
    },
  };
  const status = groundingStatuses.find((one) => one === told.status);
  if (!status) throw new Error(`inference told an unknown status: ${told.status}`);
  const knowledge = {
    ...used,
    status,
    link: entityId === '' ? null : named,
    mass: told.mass,
    margin: told.margin,
    candidates: told.candidates.map((one) => ({
      entity_id: one.entityId,
      name: one.name,
      type: one.type,
      score: one.score,
    })),
    guarded: told.guarded,
  };
  return { annotations: status === 'grounded' ? [citation] : [], knowledge };
}
