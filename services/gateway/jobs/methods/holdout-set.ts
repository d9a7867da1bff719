// Questions that no model was taught, for an audit to hold the forget set against.

import type { UnlearningEvaluation } from '#contracts/evaluation.js';
import type { DataSet, ReadSet } from '../data-set.js';
import { askedOf } from '../evaluation-sets.js';
import { refuseOverlap } from './overlap.js';

/**
 * @param at path of the options in the request.
 * @param taught sets that it must have no question of.
 * @returns the rows that are asked about; undefined where the request names no such file.
 * @throws ApiError 400 where it has one.
 */
export async function holdoutSet(
  { holdout_file: file, limit }: Pick<UnlearningEvaluation, 'holdout_file' | 'limit'>,
  at: string,
  taught: readonly DataSet[],
  read: ReadSet,
): Promise<DataSet | undefined> {
  if (file === undefined) return undefined;
  const holdout = await read(file, `${at}.holdout_file`);
  for (const set of taught) await refuseOverlap(set, holdout);
  return askedOf(holdout, limit);
}
