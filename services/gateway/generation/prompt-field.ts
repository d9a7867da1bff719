// Prompts as a body names them: texts or token ids, one or several.

import { z } from 'zod';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { tokenId } from './sampling.js';

const ids = z.array(tokenId).min(1);
const most = 256;

/** @param more what else must hold, in words. */
export const promptField = (text: z.ZodString, more = '') =>
  z.union(
    [text, z.array(text).min(1).max(most), ids, z.array(ids).min(1).max(most)],
    `must be a text, token ids, or up to ${most} of either${more}`,
  );
type Named = z.infer<ReturnType<typeof promptField>>;

/** In their order. */
export function promptsOf(named: Named): Prompt[] {
  const isOne = typeof named === 'string' || typeof named[0] === 'number';
  const all = (isOne ? [named] : named) as (string | number[])[];
  return all.map((one) => (typeof one === 'string' ? { text: one } : { ids: { ids: one } }));
}
