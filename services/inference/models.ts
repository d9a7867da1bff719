// Base models loaded on demand, each with the adapters that its tenants have asked for.
import { GenerationEngine } from '#generation/generation.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import { AdapterError } from '#models/errors/adapter.error.js';
import type { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { Logger } from '#platform/log/logger.js';
import type { Env } from './env.js';
import { UnusableAdapterError } from './errors/unusable-adapter.error.js';
import { type Lease, LeaseCache } from './lease-cache.js';

interface LoadedModel {
  readonly engine: GenerationEngine;
  /** By tenant and hash: that one tenant has stored an adapter gives another none. */
  readonly adapters: LeaseCache<string>;
}

/** A model ready to answer; `adapter` is the engine's id of it. */
export interface ReadyModel {
  readonly engine: GenerationEngine;
  readonly adapter: string | undefined;
  release(): void;
}

export interface ModelName {
  readonly base: string;
  /** Hash of the adapter's bundle; '': the base model itself. */
  readonly adapter: string;
}

export class Models {
  private readonly models: LeaseCache<LoadedModel>;

  constructor(
    private readonly env: Env,
    private readonly store: ArtifactStore,
    private readonly log: Logger,
  ) {
    this.models = new LeaseCache({
      capacity: env.MAX_MODELS,
      load: (name) => this.loadModel(name),
      dispose: ({ engine }) => engine.close(),
      isAlive: ({ engine }) => !engine.isClosed,
    });
  }

  /**
   * Models in use stay; others make room.
   * @throws UnknownModelError, CheckpointError, ArtifactNotFoundError, UnusableAdapterError,
   * AllInUseError
   */
  async acquire(tenant: string, { base, adapter }: ModelName): Promise<ReadyModel> {
    const model = await this.models.acquire(base);
    try {
      const lease = await this.acquireAdapter(model.value, tenant, adapter);
      return {
        engine: model.value.engine,
        adapter: lease?.value,
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

  async close(): Promise<void> {
    await this.models.clear();
  }

  private async acquireAdapter(
    { adapters }: LoadedModel,
    tenant: string,
    adapter: string,
  ): Promise<Lease<string> | undefined> {
    return adapter === '' ? undefined : adapters.acquire(`${tenant}/${adapter}`);
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
    } = this.env;
    const engine = await GenerationEngine.load({
      modelPath,
      threads,
      device,
      maxBatch,
      maxContext,
      halfWeights,
    });
    this.log.info({ model: name, ms: Math.round(performance.now() - started) }, 'model loaded');
    const adapters = new LeaseCache<string>({
      capacity: this.env.MAX_ADAPTERS,
      load: (key) => this.loadAdapter(engine, key),
      dispose: (key) => engine.unloadAdapter(key),
    });
    return { engine, adapters };
  }

  private async loadAdapter(engine: GenerationEngine, key: string): Promise<string> {
    const slash = key.lastIndexOf('/');
    const files = await this.store.scope(key.slice(0, slash)).getBundle(key.slice(slash + 1));
    try {
      await engine.loadAdapter(key, files);
    } catch (error) {
      if (error instanceof AdapterError)
        throw new UnusableAdapterError(`the adapter does not fit the model: ${error.message}`);
      throw error;
    }
    return key;
  }
}
