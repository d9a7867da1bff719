// What base models there are, as ListModels tells it.

import { setTimeout as delay } from 'node:timers/promises';
import { first, last } from '#collections/items.js';
import type { DecodingFinding } from '#contracts/decoding.js';
import type { BaseModel } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { DecodingMeasured } from '#contracts/generated/lethe/inference/v1/DecodingMeasured.js';
import { Failure } from '#failure/failure.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { modelDigest } from '#models/checkpoints/model-digest.js';
import { listModels } from '#models/checkpoints/model-folders.js';
import { unlistedWeights } from '#models/checkpoints/sums/read-verified.js';
import { knownModules } from '#models/vision/known-modules.js';
import { leastImageTokens } from '#models/vision/least-image-tokens.js';
import { allTensors } from '#models/vision/vision-tensors.js';
import type { Logger } from '#platform/log/logger.js';
import type { Env } from './env.js';
import { type OperatorsDecoding, readOwnDecoding } from './own-decoding.js';

/** How long a list waits for digests, in ms: those of large models come with a later one. */
const PATIENCE = 1_000;
const unheld = { ref: false };

export class ModelCatalog {
  /** Headers are read once a model: its files do not change while it is served. */
  private readonly known = new Map<string, BaseModel>();
  private readonly digests = new Map<string, string>();
  private readonly reading = new Map<string, Promise<void>>();

  constructor(
    private readonly env: Pick<Env, 'MODEL_DIRS' | 'MAX_CONTEXT' | 'PRECISION'>,
    private readonly log: Logger,
  ) {}

  /**
   * A model that cannot be opened is listed with its problem, and looked at again the next time.
   */
  async list(): Promise<BaseModel[]> {
    const models: { path: string; model: BaseModel }[] = [];
    for (const { name, path } of await listModels(this.env.MODEL_DIRS)) {
      const model = await this.look(name, path);
      if (!model.problem) this.readDigest(path);
      models.push({ path, model });
    }
    await Promise.race([Promise.all(this.reading.values()), delay(PATIENCE, undefined, unheld)]);
    return models.map(({ path, model }) => ({
      ...model,
      digest: this.digests.get(path) ?? '',
      precision: this.env.PRECISION,
    }));
  }

  /** Rejects where no model can be opened: no call could be answered. */
  async check(): Promise<void> {
    const folders = await listModels(this.env.MODEL_DIRS);
    for (const { name, path } of folders) if (!(await this.look(name, path)).problem) return;
    throw new Failure(`none of ${folders.length} models can be opened`);
  }

  private async look(name: string, path: string): Promise<BaseModel> {
    const model = this.known.get(path) ?? (await this.describe(name, path));
    if (!model.problem) this.known.set(path, model);
    return model;
  }

  /** Once a model, as its headers. */
  private readDigest(path: string): void {
    if (this.digests.has(path) || this.reading.has(path)) return;
    const reading = modelDigest(path)
      .then((digest) => void this.digests.set(path, digest))
      .catch((err: unknown) => this.log.warn({ err, path }, 'a model cannot be hashed'))
      .finally(() => this.reading.delete(path));
    this.reading.set(path, reading);
  }

  private async describe(name: string, path: string): Promise<BaseModel> {
    try {
      const { config } = await openCheckpoint(path);
      const own = await readOwnDecoding(path, config);
      const files = await unlistedWeights(path);
      if (files.length > 0)
        this.log.warn({ model: name, files }, 'weights without a checksum in SHA256SUMS');
      const { modules, linears, seeing, layers } = knownModules(config);
      const sizes = [...allTensors(config).values()].map((dims) => dims.reduce((a, b) => a * b, 1));
      return {
        name,
        contextLength: Math.min(config.maxPositionEmbeddings, this.env.MAX_CONTEXT),
        parameters: sizes.reduce((a, b) => a + b, 0),
        modules: [...modules],
        linearModules: [...linears],
        seeingModules: [...seeing],
        layers,
        positions: config.maxPositionEmbeddings,
        imageTokens: config.vision ? leastImageTokens(config.vision) : 0,
        ...(own ? toMessages(own) : {}),
      };
    } catch (err) {
      this.log.warn({ err, model: name }, 'model cannot be opened');
      return { name, problem: Failure.of(err).publicMessage };
    }
  }
}

function toMessages({
  decoding: { strategy, layers, ...numbers },
  measured,
}: OperatorsDecoding): Pick<BaseModel, 'decoding' | 'decodingMeasured'> {
  const span = { from: first(layers), to: last(layers) };
  return {
    decoding: { strategy, layers: span, ...numbers },
    ...(measured ? { decodingMeasured: measuredMessage(measured) } : {}),
  };
}

const measuredMessage = ({
  interval: [intervalFrom, intervalTo],
  ...figures
}: DecodingFinding): DecodingMeasured => ({ ...figures, intervalFrom, intervalTo });
