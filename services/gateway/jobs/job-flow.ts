// The flow of queue jobs behind one fine-tuning job: a chain, each stage after the one before it.

import { type FlowJob, type FlowStage, publishStage } from './flow-stage.js';
import { jobMethods } from './methods/index.js';

/** The stages of a job in the order they run; publish is the last and the root of the flow. */
export function flowStages(job: FlowJob): FlowStage[] {
  const { method } = job.request;
  const stages = [...jobMethods[method.type].stages(method, job), publishStage(job)];
  return stages.map((stage, position) => ({ ...stage, position }));
}
