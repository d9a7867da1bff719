// Questions with the labels of what answers them: those that the paper's authors published, and others
// in their form.

import { z } from 'zod';
import type { Asked } from '#metrics/grounding/answer.js';

const kinds = ['exact', 'synonym', 'family', 'absent', 'multi'] as const;

/** Fields beside these repeat what the base says. */
export const labelledSchema = z.object({
  question: z.string(),
  kind: z.enum(kinds),
  /** Ids, any of which is right. */
  entities: z.array(z.string()),
  /** Any of which is right; none: no attribute of the base fits. */
  attributes: z.array(z.string()),
  /** One entity is meant, and the base has a row for it. */
  answerable: z.boolean(),
});

export interface Labelled extends Asked {
  readonly question: string;
  readonly kind: (typeof kinds)[number];
  /** Of these a right row is asked; of a family of products asking back is right, too. */
  readonly answerable: boolean;
}

/** @throws z.ZodError naming what does not fit. */
export function labelledOf(row: unknown): Labelled {
  const labelled = labelledSchema.parse(row);
  return { ...labelled, split: splitOf(labelled), use: 'test' };
}

function splitOf({ kind, answerable }: z.infer<typeof labelledSchema>): Asked['split'] {
  if (kind === 'absent') return 'absent';
  if (!answerable && kind !== 'family') return 'unsupported';
  return kind === 'synonym' ? 'synonym' : 'seen';
}
