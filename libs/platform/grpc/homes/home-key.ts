import { createHash } from 'node:crypto';
import type { ModelRef } from '#contracts/generated/lethe/inference/v1/ModelRef.js';

/**
 * Names what a replica loads for a model beside its base, so that calls for it meet at one replica.
 * @returns a hash, or the number that the model has been given; undefined for a base model as it is,
 * which all of them answer for.
 */
export function homeKey({ base, adapter, scale, rounding, home }: ModelRef): string | undefined {
  if (home !== undefined) return `#${home}`;
  if (!adapter && !rounding) return undefined;
  const named = [base, adapter?.hash, scale, rounding];
  return createHash('sha256').update(JSON.stringify(named)).digest('hex');
}
