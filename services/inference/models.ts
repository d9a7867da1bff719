// Base models loaded on demand, each with the adapters that its tenants have asked for.

import { randomUUID } from 'node:crypto';
import type { Rounding, Transform } from '#contracts/rounding.js';
import type { Artifact } from '#contracts/spaces.js';
import { UnknownAdapterError } from '#generation/errors/unknown-adapter.error.js';
import { GenerationEngine } from '#generation/generation.js';
import type { EngineFigures } from '#generation/protocol.js';
import { adapterBytes } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import { AdapterError } from '#models/errors/adapter.error.js';
import type { AdapterFiles } from '#models/types.js';
import { adapterSeeing } from '#models/vision/adapter-seeing.js';
import type { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { SpaceLease } from '#platform/artifacts/space-lease.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import { SpaceErasedError } from '#platform/errors/space-erased.error.js';
import type { Logger } from '#platform/log/logger.js';
import type { SeenBy } from '#vision/protocol.js';
import { Vision } from '#vision/vision.js';
import type { Env } from './env.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import { UnusableAdapterError } from './errors/unusable-adapter.error.js';
import { type Lease, LeaseCache, type LeaseCacheOptions } from './lease-cache.js';
import { type OwnDeco, readOwnDecoding } from './own-decoding.js';

/**
 * For how long what is in use goes to further callers while others wait. Rounding to 4 bits takes some
 * ten seconds for each hundred million weights, loading a base model a second; an adapter is loaded
 * in some ten milliseconds.
 */
const TURN_MS = { model: 60_000, rounded: 60_000, adapter: 1000 };

interface LoadedModel {
  readonly engine: GenerationEngine;
  /** Of a model that sees. */
  readonly vision: Vision | undefined;
  /** The base model's, where a request says nothing. */
  readonly decoding: OwnDeco | undefined;
  /** By tenant, artifact and transform: that one tenant has stored an adapter gives another none. */
  readonly adapters: LeaseCache<LoadedAdapter>;
  /** The same of those whose weights are rounded, as each takes as much as the model. */
  readonly rounded: LeaseCache<LoadedAdapter>;
}

/** An adapter in memory: the engine's id of it, and for how long it may be there. */
interface LoadedAdapter {
  readonly id: string;
  /** Of an adapter; the base model has none. */
  readonly lease?: SpaceLease;
  /** Of one that changes what the model sees by. */
  readonly seenBy?: SeenBy;
}

/** Rounded copies are not among them. */
interface HeldAdapters {
  readonly base: string;
  readonly adapters: number;
  readonly adapterBytes: number;
}

/** A model ready to answer; `adapter` is the engine's id of it. */
export interface ReadyModel {
  readonly base: string;
  readonly engine: GenerationEngine;
  /** Absent: it sees nothing. */
  readonly vision: Vision | undefined;
  /** Absent: pictures are seen as the base model sees them, and what it has made of them is shared. */
  readonly seenBy: SeenBy | undefined;
  readonly adapter: string | undefined;
  /** Its own, where a request says nothing: an adapter's answers have none here. */
  readonly decoding: OwnDeco | undefined;
  /** Aborts where the adapter is erased. */
  readonly signal: AbortSignal | undefined;
  release(): void;
}

export interface ModelName extends Transform {
  readonly base: string;
  /** The adapter's bundle; null for the base model itself. */
  readonly adapter: Artifact | null;
}

/** Whether a call waits for room. */
type Acquire = 'acquire' | 'acquireBeside';

/** No space and no hash for the base model. */
type AdapterKey = readonly [
  tenant: string,
  space: string,
  hash: string,
  scale: number,
  rounding: Rounding | null | undefined,
];
const readKey = (key: string): AdapterKey => JSON.parse(key) as AdapterKey;

export class Models {
  private readonly models: LeaseCache<LoadedModel>;

  constructor(
    private readonly env: Env,
    private readonly store: ArtifactStore,
    private readonly log: Logger,
  ) {
    this.models = new LeaseCache({
      capacity: env.MAX_MODELS,
      turnMs: TURN_MS.model,
      load: (name) => this.loadModel(name),
      dispose: async ({ engine, vision }) => {
        await Promise.all([engine.close(), vision?.close()]);
      },
      isAlive: ({ engine }) => !engine.isClosed,
    });
  }

  /** @throws UnknownModelError */
  async check(base: string): Promise<void> {
    if (!this.models.holds(base)) await findModel(base, this.env.MODEL_DIRS);
  }

  /**
   * Models in use stay; others make room. Who finds none waits for it.
   * @throws UnknownModelError, CheckpointError, UnknownAdapterError, UnusableAdapterError, the signal's
   * reason
   */
  async acquire(tenant: string, name: ModelName, signal: AbortSignal): Promise<ReadyModel> {
    return this.lease('acquire', tenant, name, signal);
  }

  /**
   * The same for a call that has a model already: it does not wait for a second one.
   * @throws BusyError, InvalidRequestError where there is never room, what `acquire` throws
   */
  async acquireBeside(
    held: ReadyModel,
    tenant: string,
    name: ModelName,
    signal: AbortSignal,
  ): Promise<ReadyModel> {
    this.checkRoom(held, name);
    return this.lease('acquireBeside', tenant, name, signal);
  }

  /** What the models in memory have beside them. */
  *held(): Generator<HeldAdapters, void, void> {
    for (const [base, { adapters }] of this.models.loaded())
      yield { base, adapters: adapters.size, adapterBytes: adapters.bytesTaken };
  }

  /** Drops what is kept of a tenant's prompts and answers. */
  async forget(tenant: string): Promise<void> {
    const loaded = [...this.models.loaded()].map(([, model]) => model);
    for (const { vision } of loaded) vision?.forget(tenant);
    await Promise.all(loaded.map(({ engine }) => engine.forget(tenant)));
  }

  /** Drops what is kept of all tenants' prompts and answers, and keeps nothing from now on. */
  async keepNothing(): Promise<void> {
    const loaded = [...this.models.loaded()].map(([, model]) => model);
    for (const { vision } of loaded) vision?.keepNothing();
    await Promise.all(loaded.map(({ engine }) => engine.keepNothing()));
  }

  /** How the models in memory fare. One that ends meanwhile is left out. */
  async figures(): Promise<(EngineFigures & { readonly base: string })[]> {
    const found = [...this.models.loaded()].map(async ([base, { engine }]) => ({
      base,
      ...(await engine.figures()),
    }));
    const settled = await Promise.allSettled(found);
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  async close(): Promise<void> {
    await this.models.clear();
  }

  private checkRoom(held: ReadyModel, { base, adapter }: ModelName): void {
    const { MAX_MODELS, MAX_ADAPTERS } = this.env;
    if (held.base !== base && MAX_MODELS < 2)
      throw new InvalidRequestError(
        `source.base: expected "${held.base}", as one base model is in memory at a time (MAX_MODELS), found "${base}"`,
      );
    if (held.base === base && held.adapter !== undefined && adapter && MAX_ADAPTERS < 2)
      throw new InvalidRequestError(
        'source.adapter: expected none, as one adapter is in memory at a time (MAX_ADAPTERS)',
      );
  }

  /** The base model, then the adapter, in the same way. */
  private async lease(
    acquire: Acquire,
    tenant: string,
    name: ModelName,
    signal: AbortSignal,
  ): Promise<ReadyModel> {
    const model = await this.models[acquire](name.base, signal);
    try {
      const lease = await this.acquireAdapter(model.value, tenant, name, signal, acquire);
      return {
        base: name.base,
        engine: model.value.engine,
        vision: model.value.vision,
        seenBy: lease?.value.seenBy,
        adapter: lease?.value.id,
        decoding: lease ? undefined : model.value.decoding,
        signal: lease?.value.lease?.signal,
        release: () => {
          lease?.release();
          model.release();
        },
      };
    } catch (error) {
      model.release();
      throw error;
    }
  }

  private async acquireAdapter(
    { adapters, rounded }: LoadedModel,
    tenant: string,
    { adapter, scale = 1, rounding }: ModelName,
    signal: AbortSignal,
    acquire: Acquire,
  ): Promise<Lease<LoadedAdapter> | undefined> {
    if (!adapter && !rounding) return undefined;
    const { space = '', hash = '' } = adapter ?? {};
    const named: AdapterKey = [tenant, space, hash, scale, rounding];
    const key = JSON.stringify(named);
    const lease = await (rounding ? rounded : adapters)[acquire](key, signal);
    try {
      await lease.value.lease?.confirm();
      return lease;
    } catch (error) {
      lease.release();
      throw adapterFailure(error, hash);
    }
  }

  private async loadModel(name: string): Promise<LoadedModel> {
    const modelPath = await findModel(name, this.env.MODEL_DIRS);
    const started = performance.now();
    const {
      THREADS: threads,
      DEVICE: device,
      MAX_BATCH: maxBatch,
      MAX_CONTEXT: maxContext,
      HALF_WEIGHTS: halfWeights,
      PRECISION: precision,
      KV_BYTES: kvBytes,
      PREFIX_BYTES: prefixBytes,
    } = this.env;
    const { config } = await openCheckpoint(modelPath);
    const own = await readOwnDecoding(modelPath, config);
    const engine = await GenerationEngine.load({
      modelPath,
      threads,
      device,
      maxBatch,
      maxContext,
      halfWeights,
      precision,
      kvBytes,
      prefixBytes,
    });
    this.log.info({ model: name, ms: Math.round(performance.now() - started) }, 'model loaded');
    const vision = engine.config.vision && this.visionOf(modelPath);
    return {
      engine,
      decoding: own?.decoding,
      vision,
      adapters: this.adaptersOf(engine, vision, {
        capacity: this.env.MAX_ADAPTERS,
        maxBytes: this.env.ADAPTER_BYTES,
        turnMs: TURN_MS.adapter,
        ownerOf: (key) => readKey(key)[0],
      }),
      rounded: this.adaptersOf(engine, vision, {
        capacity: this.env.MAX_ROUNDED,
        turnMs: TURN_MS.rounded,
      }),
    };
  }

  /** Its thread starts with the first picture. */
  private visionOf(modelPath: string): Vision {
    const {
      DEVICE: device,
      VISION_THREADS: threads,
      VISION_NICE: nice,
      VISION_BYTES: cacheBytes,
      VISION_WAITING: maxWaiting,
    } = this.env;
    return new Vision({ modelPath, device, threads, nice, cacheBytes, maxWaiting });
  }

  private adaptersOf(
    engine: GenerationEngine,
    vision: Vision | undefined,
    bounds: Omit<LeaseCacheOptions<LoadedAdapter>, 'load' | 'dispose'>,
  ): LeaseCache<LoadedAdapter> {
    const adapters = new LeaseCache<LoadedAdapter>({
      ...bounds,
      load: async (key, fit) => {
        const adapter = await this.loadAdapter(engine, key, fit);
        adapter.lease?.signal.addEventListener('abort', () => void adapters.drop(key));
        return adapter;
      },
      dispose: ({ id, lease, seenBy }) => {
        lease?.close();
        engine.unloadAdapter(id);
        if (seenBy) vision?.drop(id);
      },
    });
    return adapters;
  }

  private async loadAdapter(
    engine: GenerationEngine,
    key: string,
    fit: (bytes: number) => Promise<void>,
  ): Promise<LoadedAdapter> {
    const [tenant, space, hash, scale, rounding] = readKey(key);
    const transform = { scale, ...(rounding ? { rounding } : {}) };
    // Of this load alone: an earlier one's end must not unload it.
    const id = randomUUID();
    try {
      if (hash === '') {
        await engine.loadAdapter(id, undefined, transform);
        return { id };
      }
      const bytes = this.store.scope(tenant).space(space);
      const files = await bytes.getBundle(hash);
      if (!rounding) await fit(this.bytesOf(files));
      const seen = adapterSeeing(engine.config, files, scale);
      await engine.loadAdapter(id, files, transform);
      const seenBy = seen && { id, adapter: seen };
      return {
        id,
        ...(seenBy ? { seenBy } : {}),
        lease: await SpaceLease.take(bytes, this.env.ERASURE_CHECK_MS),
      };
    } catch (error) {
      engine.unloadAdapter(id);
      throw adapterFailure(error, hash);
    }
  }

  private bytesOf(files: AdapterFiles): number {
    const [bytes, limit] = [adapterBytes(files), this.env.ADAPTER_BYTES];
    if (bytes > limit)
      throw new UnusableAdapterError(
        `the adapter takes ${bytes} bytes in memory, expected at most ${limit} (ADAPTER_BYTES)`,
      );
    return bytes;
  }
}

/** What trouble with an artifact or an adapter means for whoever named it. */
function adapterFailure(cause: unknown, hash: string): unknown {
  if (ArtifactNotFoundError.isInstance(cause) || SpaceErasedError.isInstance(cause))
    return new UnknownAdapterError(hash, cause);
  if (cause instanceof CorruptArtifactError)
    return new UnusableAdapterError(`adapter "${hash}" is damaged in the store`, { cause });
  if (cause instanceof AdapterError)
    return new UnusableAdapterError(`the adapter does not fit the model: ${cause.publicMessage}`, {
      cause,
    });
  return cause;
}
