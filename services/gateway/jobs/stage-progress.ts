// What a stage's state in its queue changes of its record.

import { type Progress, progressSchema } from '#contracts/jobs.js';
import type { JobState } from '#platform/queue/queue-producer.js';
import type { JobRow, StageRow } from '../database/tenant-records.js';
import type { Note } from './job-event.js';
import { outcomeOf, type StageOutcome } from './stage-outcome.js';

export interface Advance {
  readonly values: Partial<StageRow>;
  /** What it changes of the job's record. */
  readonly job?: Partial<JobRow>;
  /** In the order they happened. */
  readonly notes: readonly Note[];
}

/**
 * @param state what the stage says of itself: it may be late, or known already.
 * @returns undefined where the record says as much, or more.
 */
export function advance(
  stage: StageRow,
  { state, progress, result }: JobState,
): Advance | undefined {
  if (stage.status !== 'pending' && stage.status !== 'running') return undefined;
  const told = progressSchema.safeParse(progress).data;
  if (state !== 'active' && state !== 'completed' && !told) return undefined;
  const steps = [started(stage)];
  if (told) steps.push(progressed(stage, told));
  if (state === 'completed')
    steps.push(completed(stage, told?.total ?? stage.total, outcomeOf(stage.stage, result)));
  const values = Object.assign({}, ...steps.map((step) => step.values)) as Partial<StageRow>;
  if (Object.keys(values).length === 0) return undefined;
  return { values, job: steps.at(-1)?.job, notes: steps.flatMap(({ notes }) => notes) };
}

const nothing: Advance = { values: {}, notes: [] };

function started({ status, stage }: StageRow): Advance {
  if (status !== 'pending') return nothing;
  return {
    values: { status: 'running', startedAt: new Date() },
    notes: [{ key: `started:${stage}`, message: `${stage} has started.`, data: { stage } }],
  };
}

/** Told at most once a percent: a long training would fill the history otherwise. */
function progressed(record: StageRow, progress: Progress): Advance {
  const { done, total, metrics } = progress;
  if (record.total > 0 && done <= record.done) return nothing;
  const { stage } = record;
  const percent = Math.floor((100 * done) / total);
  const known = record.total > 0 && Math.floor((100 * record.done) / record.total) === percent;
  const note: Note = {
    key: `progress:${stage}:${percent}`,
    type: 'metrics',
    message: `${stage}: ${done} of ${total}`,
    data: { stage, done, total, ...(metrics ? { metrics } : {}) },
  };
  return { values: { done, total, metrics: metrics ?? null }, notes: known ? [] : [note] };
}

function completed(
  { stage }: StageRow,
  count: number,
  { trained, metrics, warning }: StageOutcome,
): Advance {
  const total = Math.max(count, 1);
  const end = { status: 'succeeded', finishedAt: new Date(), done: total, total } as const;
  const data = { stage };
  const notes: Note[] = [{ key: `completed:${stage}`, message: `${stage} is done.`, data }];
  if (warning) notes.unshift({ key: `warning:${stage}`, level: 'warn', message: warning, data });
  return {
    values: metrics ? { ...end, metrics } : end,
    job: trained && {
      trainedTokens: trained.tokens ?? null,
      trainedSteps: trained.steps ?? null,
    },
    notes,
  };
}
