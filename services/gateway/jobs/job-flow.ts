// The flow of queue jobs behind one fine-tuning job: a chain, each stage after the one before it.

import { first } from '#collections/items.js';
import type { Payload } from '#contracts/jobs.js';
import type { FlowNode } from '#platform/queue/queue-producer.js';
import { type FlowJob, type FlowStage, publishStage } from './flow-stage.js';
import { jobMethods } from './methods/index.js';

/** The stages of a job in the order they run; publish is the last and the root of the flow. */
export function flowStages(job: FlowJob): FlowStage[] {
  const { method } = job.request;
  const stages = [...jobMethods[method.type].stages(method, job), publishStage(job)];
  return stages.map((stage, position) => ({ ...stage, position }));
}

/**
 * The same as the queues take it, and beside the stages, once `before` is done, what begins the
 * audit's questions to models that are there already: they are answered while the job trains.
 */
export function flowOf(job: FlowJob): FlowNode {
  const stages = flowStages(job);
  const audit = stages.find(({ stage }) => stage === 'audit');
  const nodes = stages.flatMap((stage) =>
    audit && stage.stage === 'before' ? [node(stage), aheadOf(audit)] : [node(stage)],
  );
  return nodes.slice(1).reduce((before, next) => ({ ...next, children: [before] }), first(nodes));
}

/** The payload belongs to the queue of that name: flowStages made them together. */
const node = ({ name, id, payload }: FlowStage): FlowNode => ({ name, id, payload }) as FlowNode;

const aheadOf = ({ id, payload }: FlowStage): FlowNode => ({
  name: 'audit-ahead',
  id: `${id}-ahead`,
  payload: { ...(payload as Payload<'audit'>), auditId: id },
});
