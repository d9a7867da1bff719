// Queue `train`: a set in the tenant's artifacts becomes an adapter, through checkpoints that
// survive any crash.

import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Payload } from '#contracts/jobs.js';
import type { Offers } from '#contracts/offers.js';
import { jobSpace, modelSpace, workSpace } from '#contracts/spaces.js';
import { wholeModel, writeAdapter } from '#models/adapters/adapter-files.js';
import { modelDigest } from '#models/checkpoints/model-digest.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import type { AdapterFiles } from '#models/types.js';
import {
  type ArtifactSpace,
  ArtifactStore,
  type Hash,
  type TenantStore,
} from '#platform/artifacts/artifact-store.js';
import { ShutdownError } from '#platform/errors/shutdown.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { precisionsOn } from '#runtime/compute.js';
import { CheckpointMismatchError } from '#training/errors/checkpoint-mismatch.error.js';
import type { TrainHooks, TrainOptions, TrainResult } from '#training/training-options.js';
import { train } from '#training/training.js';
import { Checkpoints } from './checkpoints.js';
import { ENV, type Env } from './env.js';
import { trainOptions } from './train-options.js';
import { milestones, toProgress } from './train-progress.js';

/** What training came to, for a try that finds the work done. */
const COUNTS = 'trained';
const countsSchema = z.object({ steps: z.number(), tokens: z.number() });
/** Adapters of earlier releases have no counts. */
type Trained = { adapter: Hash } & Partial<z.infer<typeof countsSchema>>;

@Injectable()
export class TrainProcessor implements JobHandler<'train'> {
  readonly offers: Offers;

  constructor(
    private readonly artifacts: ArtifactStore,
    @Inject(ENV) private readonly env: Env,
  ) {
    this.offers = { precision: precisionsOn(env.DEVICE) };
  }

  /**
   * Done already where the stage's ref exists.
   * @returns the hash of the adapter's bundle, which fits the base model.
   */
  async handle(payload: Payload<'train'>, context: JobContext): Promise<Trained> {
    const tenant = this.artifacts.scope(payload.tenantId);
    if (payload.temporary) return this.trainTemporarily(payload, tenant, context);
    const job = tenant.space(jobSpace(payload.jobId));
    const checkpoints = new Checkpoints(tenant.space(workSpace(payload.jobId)), context.log);
    const known = await job.getRef('adapter');
    if (known) {
      await checkpoints.clear();
      return { adapter: known, ...(await readCounts(job)) };
    }
    const base = await findModel(payload.model.base, this.env.MODEL_DIRS);
    await job.setRef('base', await modelDigest(base, context.signal));
    const result = await this.train(payload, tenant, checkpoints, context);
    const { steps, tokens } = result;
    const model = tenant.space(modelSpace(payload.jobId));
    const hash = await model.putBundle(bundleOf(result));
    await job.write(COUNTS, Buffer.from(JSON.stringify({ steps, tokens })));
    await job.setRef('adapter', hash);
    await checkpoints.clear();
    context.log.info({ steps, tokens, adapter: hash }, 'trained');
    return { adapter: hash, steps, tokens };
  }

  /** Short enough to begin anew after a crash, without checkpoints. */
  private async trainTemporarily(
    payload: Payload<'train'>,
    tenant: TenantStore,
    { signal, log }: JobContext,
  ): Promise<Trained> {
    const options = await trainOptions(payload, tenant, this.env, signal);
    const result = await train({ ...options, checkpointSteps: 0 }, { signal });
    const { steps, tokens } = result;
    const adapter = await tenant.space(workSpace(payload.jobId)).putBundle(bundleOf(result));
    log.info({ steps, tokens, adapter }, 'trained for a moment');
    return { adapter, steps, tokens };
  }

  private async train(
    payload: Payload<'train'>,
    tenant: TenantStore,
    checkpoints: Checkpoints,
    context: JobContext,
  ): Promise<TrainResult> {
    const options = await trainOptions(payload, tenant, this.env, context.signal);
    const { log } = context;
    const note = milestones();
    const hooks: TrainHooks = {
      ...endsOf(context.signal),
      onProgress: (progress) => {
        note(progress);
        void context.progress(toProgress(progress));
      },
      onCheckpoint: ({ bytes }) => checkpoints.save(bytes),
    };
    const resumeFrom = await checkpoints.load();
    log.info(
      {
        base: payload.model.base,
        objective: payload.objective,
        rows: options.target.length,
        resumed: resumeFrom !== null,
      },
      'training',
    );
    return resumeFrom ? this.resume(options, hooks, resumeFrom, context) : train(options, hooks);
  }

  /** A checkpoint that this release cannot read costs time, not the job. */
  private async resume(
    options: TrainOptions,
    hooks: TrainHooks,
    resumeFrom: Uint8Array,
    { log }: JobContext,
  ): Promise<TrainResult> {
    try {
      return await train(options, { ...hooks, resumeFrom });
    } catch (error) {
      if (!(error instanceof CheckpointMismatchError)) throw error;
      log.warn({ err: error }, 'the checkpoint cannot be used: training starts again');
      return train(options, hooks);
    }
  }
}

/** A process that ends leaves a checkpoint of the last whole step; a cancelled job needs none. */
function endsOf(signal: AbortSignal): Required<Pick<TrainHooks, 'signal' | 'leaving'>> {
  const [cut, leaving] = [new AbortController(), new AbortController()];
  const end = (): void => {
    const { reason } = signal as { reason: unknown };
    (ShutdownError.isInstance(reason) ? leaving : cut).abort(reason);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return { signal: cut.signal, leaving: leaving.signal };
}

const bundleOf = ({ adapter, weights }: TrainResult): AdapterFiles =>
  adapter ?? writeAdapter(wholeModel(weights));

async function readCounts(job: ArtifactSpace): Promise<Partial<z.infer<typeof countsSchema>>> {
  const bytes = await job.read(COUNTS);
  return bytes ? countsSchema.parse(JSON.parse(bytes.toString())) : {};
}
