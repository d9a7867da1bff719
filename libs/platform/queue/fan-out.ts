// Child jobs of a running job: adding them, waiting for them, reading their results, reporting how
// many are done.

import { WaitingChildrenError, type Job } from 'bullmq';
import { createHash } from 'node:crypto';
import { zip } from '#collections/zip.js';
import type { JobName, Payload, Progress } from '#contracts/jobs.js';
import { CANCELLED } from '../errors/cancelled.error.js';
import { ChildFailedError } from '../errors/child-failed.error.js';
import { idOf, tokenOf } from './added-job.js';
import { parsePayload } from './catalog-payload.js';
import type { JobResult } from './job-context.js';
import { jobOptions } from './job-options.js';
import { parentOf, type QueueOf } from './parent.js';
import { publicReason } from './stalled.js';
import type { Turns } from './turns.js';

interface FanOutRunner {
  readonly queueOf: QueueOf;
  readonly turns: Turns;
  cancelChildren(parentId: string): Promise<void>;
}

/** The parent keeps what came of them: nothing else of a child outlives it. */
const CHILD = { continueParentOnFailure: true, removeOnComplete: true, removeOnFail: true };

/**
 * @throws WaitingChildrenError, for the queue to see, until all children are done or one has
 * failed; then ChildFailedError with that one's reason.
 */
export async function fanOut<N extends JobName>(
  job: Job,
  runner: FanOutRunner,
  name: N,
  payloads: readonly Payload<N>[],
): Promise<JobResult[]> {
  const { queueOf, turns } = runner;
  await failWithChild(job, runner);
  const parent = { id: idOf(job), queue: job.queueQualifiedName };
  const children = payloads.map((payload, index) => {
    const data = parsePayload(name, payload);
    const id = childId(parent.id, name, index, data);
    return {
      id,
      name,
      data,
      opts: { ...jobOptions(name, id), ...CHILD, parent },
    };
  });
  const queue = queueOf(name);
  const keys = children.map(({ id }) => queue.toKey(id));
  const known = await job.getChildrenValues<JobResult>();
  const open = children.filter(({ id }) => !Object.hasOwn(known, queue.toKey(id)));
  if (open.length === 0) return keys.map((key) => known[key]);
  const priorities = await turns.take(
    name,
    (job.data as { tenantId: string }).tenantId,
    open.length,
  );
  await queue.addBulk(
    zip(open, priorities).map(([child, priority]) => ({
      ...child,
      opts: { ...child.opts, priority },
    })),
  );
  if (await job.moveToWaitingChildren(tokenOf(job))) throw new WaitingChildrenError();
  await failWithChild(job, runner);
  const results = await resultsOf(job, keys);
  if (!results) throw new Error(`a child of ${parent.id} has neither a result nor a failure`);
  return results;
}

/**
 * A function of the parent and of the work: after a crash the same children are found again, not
 * added twice, and after an upgrade those of a release that cut the work in another way, or asked
 * for other work, are not taken for this one's.
 */
function childId(parentId: string, name: JobName, index: number, payload: unknown): string {
  const work = createHash('sha256').update(JSON.stringify(payload)).digest('hex').slice(0, 16);
  return `${parentId}-${name}-${index}-${work}`;
}

/**
 * The queue would fail the parent with the child's id alone; so the parent is entered again, and
 * fails with the child's reason.
 */
async function failWithChild(job: Job, runner: FanOutRunner): Promise<void> {
  const reasons = Object.values(await job.getIgnoredChildrenFailures());
  // Who is cancelled because another has failed says nothing of why.
  const reason = reasons.find((one) => one !== CANCELLED) ?? reasons[0];
  if (reason === undefined) return;
  await dropChildren(job, runner);
  throw new ChildFailedError(publicReason(reason));
}

/** Nobody waits for the others any more. */
async function dropChildren(job: Job, { queueOf, cancelChildren }: FanOutRunner): Promise<void> {
  const { unprocessed = [] } = await job.getDependencies();
  for (const key of unprocessed) {
    const [queue, id] = key.split(':').slice(-2);
    // One that has begun is locked, and stays.
    if (queue && id) await queueOf(queue).remove(id);
  }
  await cancelChildren(idOf(job));
}

/** @returns undefined until every child is done. */
async function resultsOf(job: Job, keys: readonly string[]): Promise<JobResult[] | undefined> {
  const values = await job.getChildrenValues<JobResult>();
  return keys.every((key) => Object.hasOwn(values, key))
    ? keys.map((key) => values[key])
    : undefined;
}

/**
 * After a child of a fan-out is done: tells the parent's listeners how many of its siblings are. The
 * children that a flow gave the parent were done before it could have any of its own.
 */
export async function reportToParent(child: Job, queueOf: QueueOf): Promise<void> {
  const { stage, shards: total } = child.data as Partial<Payload<'evaluate-shard'>>;
  if (!stage || !total) return;
  const job = await parentOf(child, queueOf);
  if (!job) return;
  // Their number alone: a list of thousands would be read once per child.
  const { unprocessed = 0 } = await job.getDependenciesCount({ unprocessed: true });
  const progress: Progress = { stage, done: total - unprocessed, total };
  await job.updateProgress(progress);
}
