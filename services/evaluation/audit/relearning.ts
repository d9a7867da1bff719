// Short trainings of an audit's models on something else than what is asked: does that bring back
// what was unlearned? Training workers do them; what they come to is asked like any other model.

import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { zip } from '#collections/zip.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { hashSchema } from '#contracts/hash.js';
import type { Payload } from '#contracts/jobs.js';
import { changeOf, type ProbeName, type Relearned } from '#contracts/probes.js';
import { type Artifact, workSpace } from '#contracts/spaces.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { putExampleSet } from '#platform/artifacts/example-set.js';
import { collect, writeStretches } from '#platform/artifacts/stretches.js';
import type { JobContext } from '#platform/queue/job-context.js';
import { ExampleSets } from '../example-sets.js';
import type { Cast, Part } from './plan.js';
import { recipeOf } from './relearning-recipe.js';
import { unrelated } from './unrelated.js';

/** Of the facts that are to be forgotten, one in so many is relearned. */
const FIFTH = 5;

/** Whether a question of the forget set is relearned: then it is not asked. */
export const isRelearned = (index: number): boolean => index % FIFTH === 0;

const trainedSchema = z.object({ adapter: hashSchema });

interface Training extends Omit<Part, 'probes'> {
  readonly probe: ProbeName;
  readonly target: Artifact;
}

@Injectable()
export class Relearning {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly sets: ExampleSets,
  ) {}

  /**
   * @returns the models as they are afterwards, and what each is asked; none where the payload has no
   * hyperparameters. All of it goes when the job ends. @throws as `fanOut`
   */
  async parts(
    payload: Payload<'audit'>,
    probes: readonly ProbeName[],
    cast: Cast,
    context: JobContext,
  ): Promise<Part[]> {
    const { tenantId, jobId, traceId, hyperparameters } = payload;
    if (!hyperparameters) return [];
    const common = {
      tenantId,
      jobId,
      traceId,
      objective: 'sft',
      retainTerms: [],
      seed: 0,
      hyperparameters: recipeOf(hyperparameters),
      temporary: true,
    };
    const trainings = await this.trainings(payload, probes, cast);
    const results = await context.fanOut(
      'train',
      trainings.map(({ model, target }) => ({ ...common, model, target })),
    );
    return zip(trainings, results).map(([{ role, probe, model }, result]) => {
      const { adapter: hash } = trainedSchema.parse(result);
      const adapter = { space: workSpace(jobId), hash };
      return { role, model: { base: model.base, adapter }, probes: [probe] };
    });
  }

  /** @returns what is trained on what; nothing where the payload has no hyperparameters. */
  async trainings(
    payload: Payload<'audit'>,
    probes: readonly ProbeName[],
    { after, reference }: Cast,
  ): Promise<Training[]> {
    if (!payload.hyperparameters) return [];
    const trainings: Training[] = [];
    for (const probe of probes) {
      const relearned = changeOf(probe)?.relearned;
      const target = relearned && (await this.setOf(relearned, payload));
      if (!target) continue;
      for (const [role, model] of Object.entries({ after, reference }))
        if (model) trainings.push({ role: role as keyof Cast, model, probe, target });
    }
    return trainings;
  }

  private async setOf(
    relearned: Relearned,
    payload: Payload<'audit'>,
  ): Promise<Artifact | undefined> {
    const { tenantId, forget, retain, limit } = payload;
    if (relearned === 'unrelated') return this.store(payload, unrelated);
    const data = relearned === 'forget' ? forget : retain;
    if (!data) return undefined;
    const set = await this.sets.get(tenantId, data);
    const rows = await collect(set.read(0, limit));
    if (relearned === 'retain') return this.store(payload, rows);
    // Of one fact there are no others to ask.
    if (rows.length < 2) return undefined;
    const some = rows.filter((_, index) => isRelearned(index));
    return this.store(payload, some);
  }

  private async store(
    { tenantId, jobId }: Payload<'audit'>,
    rows: readonly NumberedExample[],
  ): Promise<Artifact> {
    const space = this.artifacts.scope(tenantId).space(workSpace(jobId));
    const stretches = await collect(writeStretches(space, rows));
    return { space: space.id, hash: await putExampleSet(space, stretches) };
  }
}
