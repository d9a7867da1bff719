// What a cell depends on, as one hash: two of the same are one cell.

import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { JudgeName } from '#contracts/judges.js';
import { type Release, releaseSchema } from '#contracts/receipts/predicate.js';
import { isAnswered } from '#contracts/tasks.js';
import type { CellWork, RunModel } from '../database/schema.js';

/** Answers and scores: what was asked of which model, whoever judges them. */
export const answersKey = (
  { task, model, data, maxTokens, limit, decoding }: CellWork,
  { digest }: Pick<RunModel, 'digest'>,
  release: Release,
): string =>
  hashOf({
    base: { name: model.base, digest },
    adapter: model.adapter?.hash ?? null,
    task: {
      name: task,
      limit: limit ?? null,
      ...(isAnswered(task) ? { maxTokens } : {}),
      ...(decoding ? { decoding } : {}),
    },
    data: {
      forget: data.forget.hash,
      retain: data.retain.hash,
      ...(data.holdout ? { holdout: data.holdout.hash } : {}),
    },
    code: releaseSchema.parse(release),
  });

/**
 * Verdicts, and the figures that follow from them.
 * @param answers their key.
 * @param judge with what stands behind its name in the workers' settings, where that is known.
 */
export const verdictsKey = (
  answers: string,
  judge: { readonly name: JudgeName; readonly model: string | null },
  release: Release,
): string => hashOf({ answers, judge, code: releaseSchema.parse(release) });

const hashOf = (identity: object): string =>
  createHash('sha256').update(stringify(identity)).digest('hex');
