// Child jobs of a running job: adding them, waiting for them, reading their results, reporting how
// many are done.

import { type Job, type JobsOptions, WaitingChildrenError } from 'bullmq';
import { createHash } from 'node:crypto';
import { zip } from '#collections/zip.js';
import type { JobName, Payload, Progress } from '#contracts/jobs.js';
import { CANCELLED } from '../errors/cancelled.error.js';
import { ChildFailedError } from '../errors/child-failed.error.js';
import { idOf, tokenOf } from './added-job.js';
import { parsePayload } from './catalog-payload.js';
import type { JobResult } from './job-context.js';
import { jobOptions } from './job-options.js';
import { tracedOptions } from './job-trace.js';
import { parentOf, type QueueOf } from './parent.js';
import { publicReason } from './stalled.js';
import type { Turns } from './turns.js';

interface FanOutRunner {
  readonly queueOf: QueueOf;
  readonly turns: Turns;
  cancelChildren(parentId: string): Promise<void>;
}

/** The parent keeps what came of them: nothing else of a child outlives it. */
const CHILD = { removeOnComplete: true, removeOnFail: true };

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
  await failWithChild(job, runner);
  const children = payloads.map((payload) => childOf(job, name, payload));
  const queue = runner.queueOf(name);
  const keys = children.map(({ id }) => queue.toKey(id));
  const known = await job.getChildrenValues<JobResult>();
  const open = children.filter(({ id }) => !Object.hasOwn(known, queue.toKey(id)));
  if (open.length === 0) return keys.map((key) => known[key]);
  await addChildren(job, runner, name, open, { continueParentOnFailure: true });
  if (await job.moveToWaitingChildren(tokenOf(job))) throw new WaitingChildrenError();
  await failWithChild(job, runner);
  const results = await resultsOf(job, keys);
  if (!results) throw new Error(`a child of ${idOf(job)} has neither a result nor a failure`);
  return results;
}

/**
 * Begins children before the job that will fan out to them, which waits for others still: then it
 * finds what they came to. One that fails lets it wait on, and fails it once it fans out.
 */
export async function fanOutAhead<N extends JobName>(
  job: Job,
  runner: FanOutRunner,
  name: N,
  payloads: readonly Payload<N>[],
): Promise<void> {
  const children = payloads.map((payload) => childOf(job, name, payload));
  await addChildren(job, runner, name, children, { ignoreDependencyOnFailure: true });
}

interface Child<N extends JobName> {
  readonly id: string;
  readonly data: Payload<N>;
}

/**
 * Its id is a function of the parent and of the work: after a crash the same children are found
 * again, not added twice, as are those that were begun ahead; and after an upgrade those of a release
 * that cut the work in another way, or asked for other work, are not taken for this one's.
 */
function childOf<N extends JobName>(parent: Job, name: N, payload: Payload<N>): Child<N> {
  const data = parsePayload(name, payload);
  const work = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32);
  return { id: `${idOf(parent)}-${name}-${work}`, data };
}

async function addChildren<N extends JobName>(
  job: Job,
  { queueOf, turns }: FanOutRunner,
  name: N,
  children: readonly Child<N>[],
  onFailure: Pick<JobsOptions, 'continueParentOnFailure' | 'ignoreDependencyOnFailure'>,
): Promise<void> {
  const parent = { id: idOf(job), queue: job.queueQualifiedName };
  const { tenantId } = job.data as { tenantId: string };
  const priorities = await turns.take(name, tenantId, children.length);
  await queueOf(name).addBulk(
    zip(children, priorities).map(([{ id, data }, priority]) => ({
      name,
      data,
      opts: {
        ...jobOptions(name, id),
        ...tracedOptions(),
        ...CHILD,
        ...onFailure,
        parent,
        priority,
      },
    })),
  );
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
 * After a child of a fan-out is done: tells the parent's listeners how many of its siblings are. Once
 * the parent has begun, the children that a flow gave it are done; before, it has nothing to tell. It
 * begins when the last child that was begun ahead is done, and has not asked for the others yet.
 */
export async function reportToParent(child: Job, queueOf: QueueOf): Promise<void> {
  const { stage, shards: total } = child.data as Partial<Payload<'evaluate-shard'>>;
  if (!stage || !total || child.opts.ignoreDependencyOnFailure) return;
  const job = await parentOf(child, queueOf);
  if (!job?.processedOn) return;
  // Their number alone: a list of thousands would be read once per child.
  const { unprocessed = 0 } = await job.getDependenciesCount({ unprocessed: true });
  const progress: Progress = { stage, done: total - unprocessed, total };
  await job.updateProgress(progress);
}
