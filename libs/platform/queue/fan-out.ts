// Child jobs of a running job: adding them, waiting for them, reading their results, reporting how
// many are done.

import { Queue, WaitingChildrenError, type Job } from 'bullmq';
import type { JobName, Payload, Progress } from '#contracts/jobs.js';
import { ChildFailedError } from '../errors/child-failed.error.js';
import { idOf, tokenOf } from './added-job.js';
import { parsePayload } from './catalog-payload.js';
import type { JobResult } from './job-context.js';
import { jobOptions } from './job-options.js';

const childId = (parentId: string, name: JobName, index: number): string =>
  `${parentId}-${name}-${index}`;

export type QueueOf = (name: string) => Queue;

/**
 * @throws WaitingChildrenError, for the queue to see, until all children are done or one has
 * failed; then ChildFailedError with that one's reason.
 */
export async function fanOut<N extends JobName>(
  job: Job,
  queueOf: QueueOf,
  name: N,
  payloads: readonly Payload<N>[],
): Promise<JobResult[]> {
  await failWithChild(job);
  const known = await childResults(job, queueOf, name, payloads.length);
  if (known) return known;
  const parent = { id: idOf(job), queue: job.queueQualifiedName };
  // Ids are a function of parent and index: after a crash the same children are found again, not
  // added twice.
  const children = payloads.map((payload, index) => ({
    name,
    data: parsePayload(name, payload),
    opts: {
      ...jobOptions(name, childId(idOf(job), name, index)),
      parent,
      continueParentOnFailure: true,
    },
  }));
  await queueOf(name).addBulk(children);
  if (await job.moveToWaitingChildren(tokenOf(job))) throw new WaitingChildrenError();
  await failWithChild(job);
  const results = await childResults(job, queueOf, name, payloads.length);
  if (!results) throw new Error(`a child of ${parent.id} has neither a result nor a failure`);
  return results;
}

/**
 * The queue would fail the parent with the child's id alone; so the parent is entered again, and
 * fails with the child's reason.
 */
async function failWithChild(job: Job): Promise<void> {
  const [reason] = Object.values(await job.getIgnoredChildrenFailures());
  if (reason !== undefined) throw new ChildFailedError(reason);
}

async function childResults(
  job: Job,
  queueOf: QueueOf,
  name: JobName,
  count: number,
): Promise<JobResult[] | null> {
  const values = await job.getChildrenValues<JobResult>();
  const prefix = queueOf(name).toKey('');
  const results = Array.from(
    { length: count },
    (_, index) => prefix + childId(idOf(job), name, index),
  ).map((key) => (Object.hasOwn(values, key) ? { value: values[key] } : null));
  return results.every((result) => result !== null) ? results.map((result) => result.value) : null;
}

/**
 * After a child of a fan-out is done: tells the parent's listeners how many of its siblings are. The
 * children that a flow gave the parent were done before it could have any of its own.
 */
export async function reportToParent({ parent, data }: Job, queueOf: QueueOf): Promise<void> {
  const { stage, shards: total } = data as Partial<Payload<'evaluate-shard'>>;
  if (!parent?.id || !stage || !total) return;
  const parentQueue = queueOf(parent.queueKey.slice(parent.queueKey.lastIndexOf(':') + 1));
  const job = await parentQueue.getJob(parent.id);
  if (!job) return;
  // Their number alone: a list of thousands would be read once per child.
  const { unprocessed = 0 } = await job.getDependenciesCount({ unprocessed: true });
  const progress: Progress = { stage, done: total - unprocessed, total };
  await job.updateProgress(progress);
}
