// The sets that an evaluation asks about: its own, or else those of the job.

import type { EvaluationOptions } from '#contracts/evaluation.js';
import { ApiError } from '../http/api.error.js';
import type { DataSet, ReadSet } from './data-set.js';

/**
 * @param at path of the options in the request.
 * @returns the rows that are asked about.
 * @throws ApiError 400 where there is no retain set.
 */
export async function evaluationSets(
  options: EvaluationOptions,
  at: string,
  sets: { readonly forget: DataSet; readonly retain?: DataSet },
  read: ReadSet,
): Promise<{ readonly forget: DataSet; readonly retain: DataSet }> {
  const { forget_file: forgetFile, retain_file: retainFile, limit } = options;
  const forget = forgetFile ? await read(forgetFile, `${at}.forget_file`) : sets.forget;
  const retain = retainFile ? await read(retainFile, `${at}.retain_file`) : sets.retain;
  if (!retain)
    throw ApiError.invalid(
      `'${at}.retain_file' is needed: an evaluation asks about both sets.`,
      `${at}.retain_file`,
    );
  return { forget: askedOf(forget, limit), retain: askedOf(retain, limit) };
}

/** The rows that are asked about. */
export const askedOf = (set: DataSet, limit: number | undefined): DataSet => ({
  ...set,
  rows: set.rows.slice(0, limit),
});
