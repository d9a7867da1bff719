// What the gateway makes of a request's method. Its fields are libs/contracts'.

import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { Hyperparameters } from '#contracts/hyperparameters.js';
import type { Method } from '#contracts/methods/index.js';
import type { JobData } from '../../database/schema.js';
import type { DataSet, JobInputs } from '../data-set.js';
import type { FlowJob, UnplacedStage } from '../flow-stage.js';
import type { Need } from '../needs.js';

export interface JobSets {
  /** By content. */
  readonly data: JobData;
  /** Whose rows are learned, forgotten or kept. */
  readonly trained: readonly DataSet[];
  /** Whose rows an audit trains the model and its reference on. */
  readonly relearned?: readonly DataSet[];
  /** Whose questions the model is asked. */
  readonly asked: readonly DataSet[];
}

export interface JobMethod<M extends Method = Method> {
  hyperparameters(method: M): Hyperparameters;
  needs(method: M): Need[];
  /** @throws ApiError with the field's path, for what the model does not have. */
  checkModel?(method: M, base: BaseModel__Output): void;
  /** @throws ApiError with the field's path, for sets that cannot go together. */
  sets(method: M, inputs: JobInputs): Promise<JobSets>;
  /** Of the job's flow, but for `publish`, with which every flow ends. */
  stages(method: M, job: FlowJob): UnplacedStage[];
}
