// Queue `evaluate-shard`: a stretch of one data set through the model, and through the judge where
// there is one; leaves its rows as an artifact.

import { Inject, Injectable } from '@nestjs/common';
import type { CellRow } from '#contracts/cells.js';
import type { Example } from '#contracts/examples.js';
import type { Payload } from '#contracts/jobs.js';
import { type Answer, rowOf } from '#contracts/layers.js';
import type { Offers } from '#contracts/offers.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import type { Stretch } from '#contracts/stretches.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, writeStretch } from '#platform/artifacts/stretches.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { askingOf } from './asking.js';
import type { Around } from './audit/probe.js';
import { readAround } from './audit/read-around.js';
import { ENV, type Env } from './env.js';
import { ExampleSets } from './example-sets.js';
import type { Judging } from './judge-answers.js';
import { Judges } from './judges/judges.js';
import { Reading } from './reading/reading.js';
import { tasks } from './tasks/index.js';
import type { Exam, Task } from './tasks/task.js';

@Injectable()
export class EvaluateShardProcessor implements JobHandler<'evaluate-shard'> {
  readonly offers: Promise<Offers>;

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly artifacts: ArtifactStore,
    private readonly sets: ExampleSets,
    private readonly inference: InferenceClient,
    private readonly judges: Judges,
    private readonly reading: Reading,
  ) {
    this.offers = judges.offers();
  }

  /**
   * Repeatable: the answers are greedy and the artifact is named by its content.
   * @returns where its rows are, CellRows with a judge and Answers without; nothing for none.
   */
  async handle(payload: Payload<'evaluate-shard'>, context: JobContext): Promise<Stretch | void> {
    const store = this.artifacts.scope(payload.tenantId).space(jobSpace(payload.jobId));
    const { data, set, from, to, task } = payload;
    const { signal } = context;
    const examples = (await this.sets.get(payload.tenantId, data)).read(from, to);
    const exam: Exam = {
      ...askingOf(payload, this.env, signal),
      set,
      ...(payload.decoding ? { decoding: payload.decoding } : {}),
      measure: (answer) => this.reading.row(answer, signal),
      around: () => this.around(payload),
      beside: () => this.beside(payload),
    };
    // Before anything is asked: there may be no such judge here.
    const judge = payload.judge && this.judges.get(payload.judge, signal);
    const answers = await tasks[task].ask(this.inference, exam, await collect(examples), from);
    const rows = judge ? await judged(tasks[task], { ...exam, judge }, answers) : answers;
    signal.throwIfAborted();
    if (rows.length === 0) return;
    return writeStretch(store, rows);
  }

  private async around({ tenantId, data, retain }: Payload<'evaluate-shard'>): Promise<Around> {
    const { sets } = this;
    return readAround(await sets.get(tenantId, data), await sets.get(tenantId, besideOf(retain)));
  }

  private async beside({ tenantId, retain }: Payload<'evaluate-shard'>): Promise<Example[]> {
    const rows = await collect((await this.sets.get(tenantId, besideOf(retain))).read());
    return rows.map(({ example }) => example);
  }
}

function besideOf(retain: Artifact | undefined): Artifact {
  if (!retain) throw new MissingInputError('the task is asked beside a retain set');
  return retain;
}

async function judged(
  { judge }: Task,
  judging: Judging,
  answers: readonly Answer[],
): Promise<CellRow[]> {
  const verdicts = await judge?.(judging, answers);
  return answers.map((answer, i) => rowOf(answer, verdicts?.[i]));
}
