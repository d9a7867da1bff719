// Whether a model can be shown what rows show.

import { imagesOf } from '#contracts/examples.js';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { TaskName } from '#contracts/tasks.js';
import { ApiError } from '../http/api.error.js';
import type { DataSet } from './data-set.js';
import { inTurns } from './in-turns.js';

/** @param why it cannot be asked. @throws ApiError 400 naming the line of the first row that shows a picture */
export async function refuseShown(
  { rows, param }: DataSet,
  task: TaskName,
  why: string,
): Promise<void> {
  await inTurns(rows, ({ line, example }) => {
    if (imagesOf(example).length > 0)
      throw ApiError.invalid(
        `'${param}': line ${line} shows a picture, about which '${task}' cannot ask: ${why}.`,
        param,
        'invalid_value',
      );
  });
}

/** @throws ApiError 400 naming the line of the first row that shows a picture to a model that does not see */
export async function refuseUnseen(
  sets: readonly DataSet[],
  { name, imageTokens }: BaseModel__Output,
): Promise<void> {
  if (imageTokens > 0) return;
  for (const { rows, param } of sets)
    await inTurns(rows, ({ line, example }) => {
      if (imagesOf(example).length > 0)
        throw ApiError.invalid(
          `'${param}': line ${line} shows a picture, and the model '${name}' cannot be shown any.`,
          param,
          'model_without_vision',
        );
    });
}
