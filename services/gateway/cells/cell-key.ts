// What a cell's figures depend on, as one hash: two of the same are one cell.

import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import { type Release, releaseSchema } from '#contracts/receipts/predicate.js';
import { isAnswered } from '#contracts/tasks.js';
import type { CellWork, RunModel } from '../database/schema.js';

/** Those of before `release` were made by other code. */
export function cellKey(
  { task, model, data, judge, maxTokens, limit }: CellWork,
  { digest }: Pick<RunModel, 'digest'>,
  release: Release,
): string {
  const identity = {
    base: { name: model.base, digest },
    adapter: model.adapter?.hash ?? null,
    task: { name: task, limit: limit ?? null, ...(isAnswered(task) ? { maxTokens } : {}) },
    data: { forget: data.forget.hash, retain: data.retain.hash },
    judge: judge ?? null,
    code: releaseSchema.parse(release),
  };
  return createHash('sha256').update(stringify(identity)).digest('hex');
}
