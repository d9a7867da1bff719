// Whether the modules that a request names are there, and the adapter that it wants to train on.

import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { JobRequest } from '#contracts/job-request.js';
import type { ModelRef } from '#contracts/jobs.js';
import { moduleProblem } from '#contracts/module-choice.js';
import { ApiError } from '../http/api.error.js';
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
