// Whether the modules that a request names are there, the adapter that it wants to train on, and rows
// that train them.

import { imagesOf } from '#contracts/examples.js';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { JobRequest } from '#contracts/job-request.js';
import type { ModelRef } from '#contracts/jobs.js';
import { adaptsSeeing, moduleProblem } from '#contracts/module-choice.js';
import { ApiError } from '../http/api.error.js';
import type { DataSet } from './data-set.js';
import { inTurns } from './in-turns.js';
import { jobMethods } from './methods/index.js';

/** @throws ApiError 400 with the field's path and the names that there are. */
export function checkModules(
  { method, model: name }: JobRequest,
  model: ModelRef,
  base: BaseModel__Output,
): void {
  const {
    lora_targets: targets,
    lora_layers: layers,
    modules_to_save: whole = [],
    parent_adapter: parent,
  } = jobMethods[method.type].hyperparameters(method);
  const path = `method.${method.type}.hyperparameters`;
  if (parent === 'continue' && !model.adapter) {
    throw ApiError.invalid(
      `'${path}.parent_adapter' "continue" needs a tuned model to start from: '${name}' is a base model.`,
      `${path}.parent_adapter`,
    );
  }
  const known = {
    linears: base.linearModules,
    seeing: base.seeingModules,
    modules: base.modules,
    layers: base.layers,
  };
  const problem = moduleProblem(known, { targets, whole, ...(layers ? { layers } : {}) });
  if (problem)
    throw ApiError.invalid(
      `'${path}.${problem.field}': ${problem.message}.`,
      `${path}.${problem.field}`,
      'unknown_module',
    );
}

/** @throws ApiError 400 where layers that make features of pictures are to be trained on rows without any. */
export async function checkShows(
  { method }: JobRequest,
  { seeingModules: seeing }: BaseModel__Output,
  trained: readonly DataSet[],
): Promise<void> {
  const { lora_targets: targets, lora_layers: layers } =
    jobMethods[method.type].hyperparameters(method);
  if (!adaptsSeeing({ seeing }, { targets, ...(layers ? { layers } : {}) })) return;
  let shows = false;
  for (const { rows } of trained)
    await inTurns(rows, ({ example }) => {
      shows ||= imagesOf(example).length > 0;
    });
  const field = `method.${method.type}.hyperparameters.lora_targets`;
  if (!shows)
    throw ApiError.invalid(
      `'${field}' names layers that make features of pictures, and no row that is trained on shows one.`,
      field,
      'invalid_value',
    );
}
