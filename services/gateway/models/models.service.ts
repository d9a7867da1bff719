// Which models a tenant may use: the base models that inference serves, and its own tuned ones.

import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { zip } from '#collections/zip.js';
import type { OwnDecoding } from '#contracts/decoding.js';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { GroundingSettings } from '#contracts/grounding.js';
import type { ModelRef } from '#contracts/jobs.js';
import { modelSpace } from '#contracts/spaces.js';
import { isStorable } from '#contracts/text.js';
import type { ArtifactSpace, Hash } from '#platform/artifacts/artifact-store.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { models } from '../database/schema.js';
import { ENV, type Env } from '../env.js';
import { Eraser } from '../erasure/eraser.js';
import { ApiError } from '../http/api.error.js';
import type { Scope } from '../tenants/scope.js';
import { openName } from '../tenants/tenant-name.js';
import { UNREADABLE } from '../texts/text-reader.js';
import {
  isNamed,
  isRestOf,
  type NamedModel,
  type OpenedModel,
  openModels,
  TAIL,
  tailOf,
  tunedPrefix,
} from './model-name.js';

/** The knowledge base that a model's answers are made from, and how. */
export interface OwnKnowledge {
  readonly base: string;
  readonly settings: GroundingSettings;
}

export interface AskedModel {
  readonly model: ModelRef;
  readonly own: OwnKnowledge | undefined;
  /** Of a tuned model: how it chooses tokens where a request says nothing. */
  readonly decoding: OwnDecoding | undefined;
}

export interface KnownModel {
  readonly model: ModelRef;
  readonly base: BaseModel__Output;
}

@Injectable()
export class ModelsService {
  constructor(
    private readonly inference: InferenceClient,
    private readonly eraser: Eraser,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Base models that can be served. */
  async bases(): Promise<BaseModel__Output[]> {
    return (await this.listed()).filter(({ problem }) => !problem);
  }

  /** One of them. @throws ApiError 404 where it is none */
  async base(name: string): Promise<BaseModel__Output> {
    const base = (await this.listed([name])).find((one) => one.name === name && !one.problem);
    if (!base) throw ApiError.modelNotFound(name);
    return base;
  }

  /** The tenant's own. */
  async tuned({ records, artifacts }: Scope): Promise<NamedModel[]> {
    return (await openModels(artifacts, await records.models.select(), this.log)).filter(isNamed);
  }

  /** The tenant's name. */
  async owner({ tenant, artifacts }: Scope): Promise<string> {
    return (await openName(artifacts, tenant, this.log)) ?? UNREADABLE;
  }

  /** A tuned one of the tenant's. @param name that clients use as its id. */
  async find(scope: Scope, name: string): Promise<NamedModel | undefined> {
    return (await this.candidates(scope, name)).filter(isNamed).find((one) => one.name === name);
  }

  /**
   * What inference is to load under a public name. A tuned model that is not the tenant's is
   * refused here and a base model that does not exist by inference: a name never falls back to
   * another model.
   * @param param the field that names it.
   */
  async resolve(scope: Scope, id: string, param?: string): Promise<ModelRef> {
    return (await this.resolveToAsk(scope, id, param)).model;
  }

  /** As `resolve`, with what its answers are made from. */
  async resolveToAsk(scope: Scope, id: string, param?: string): Promise<AskedModel> {
    if (!id.startsWith(tunedPrefix))
      return { model: { base: id }, own: undefined, decoding: undefined };
    const tuned = await this.find(scope, id);
    if (!tuned) throw ApiError.modelNotFound(id, param);
    const { base, jobId, adapter: hash, knowledgeBaseId, grounding, decoding } = tuned;
    return {
      model: { base, adapter: { space: modelSpace(jobId), hash } },
      own:
        knowledgeBaseId === null ? undefined : { base: knowledgeBaseId, settings: grounding ?? {} },
      decoding: decoding ?? undefined,
    };
  }

  /** As `resolve`, and certain that the base model exists now: with what it is. */
  async resolveKnown(scope: Scope, id: string, param?: string): Promise<KnownModel> {
    const model = await this.resolve(scope, id, param);
    const base = (await this.listed([model.base])).find(({ name }) => name === model.base);
    return { model, base: usable(base, id, param) };
  }

  /** As `resolveKnown`, of many. @param param the field that has their names */
  async resolveAll(scope: Scope, ids: readonly string[], param: string): Promise<KnownModel[]> {
    const asked: ModelRef[] = [];
    for (const [at, id] of ids.entries())
      asked.push(await this.resolve(scope, id, `${param}.${at}`));
    const listed = await this.listed(asked.map(({ base }) => base));
    const bases = new Map(listed.map((base) => [base.name, base]));
    return zip(ids, asked).map(([id, model], at) => ({
      model,
      base: usable(bases.get(model.base), id, `${param}.${at}`),
    }));
  }

  /**
   * A tuned model's files, by name.
   * @throws ApiError 404 for a model that is none or not the tenant's
   */
  async files(
    scope: Scope,
    id: string,
  ): Promise<{ space: ArtifactSpace; files: Record<string, Hash> }> {
    const tuned = await this.find(scope, id);
    if (!tuned) throw ApiError.modelNotFound(id);
    const space = scope.artifacts.space(modelSpace(tuned.jobId));
    return { space, files: await space.listBundle(tuned.adapter) };
  }

  /**
   * How a tuned model chooses tokens from now on, where a request says nothing.
   * @param decoding null: as it is.
   * @returns undefined where the tenant has no such model.
   * @throws ApiError 400 for layers that it does not have
   */
  async setDecoding(
    scope: Scope,
    id: string,
    decoding: OwnDecoding | null,
  ): Promise<NamedModel | undefined> {
    const tuned = await this.find(scope, id);
    if (!tuned) return undefined;
    const depth =
      (await this.listed([tuned.base])).find(({ name }) => name === tuned.base)?.layers ?? 0;
    if (decoding && decoding.layers[1] > depth)
      throw ApiError.invalid(
        `decoding.layers: expected the first and the last of layers from 0 to ${depth}, as the model has ${depth} layers, found ${decoding.layers.join(' and ')}.`,
        'decoding.layers',
        'invalid_value',
      );
    await scope.records.models.update(tuned.id, { decoding });
    return { ...tuned, decoding };
  }

  /**
   * Its adapter is erased, whoever may have started from it, and even where its name cannot be read.
   * @returns whether there was one.
   */
  async remove(scope: Scope, id: string): Promise<boolean> {
    const candidates = await this.candidates(scope, id);
    const found =
      candidates.find(({ name }) => name === id) ?? candidates.find((one) => isRestOf(one, id));
    if (!found) return false;
    const erasure = await scope.records.transaction(async (records) => {
      const model = await records.models.update(found.id, { deletedAt: new Date() });
      return model && records.erase('model', model.jobId);
    });
    if (erasure) await this.eraser.run(erasure);
    return erasure !== undefined;
  }

  /** Those whose names end so, and others whose names cannot be read. */
  private async candidates({ records, artifacts }: Scope, name: string): Promise<OpenedModel[]> {
    if (!isStorable(name)) return [];
    const sameTail = sql`right(${models.jobId}, ${TAIL}) = ${tailOf(name)}`;
    return openModels(artifacts, await records.models.select(sameTail), this.log);
  }

  /** @param bases that have to be known of. */
  private async listed(bases?: readonly string[]): Promise<BaseModel__Output[]> {
    const { LIST_TIMEOUT_MS: timeoutMs } = this.env;
    return (await this.inference.listModels({ timeoutMs }, bases)).models;
  }
}

function usable(
  base: BaseModel__Output | undefined,
  id: string,
  param?: string,
): BaseModel__Output {
  if (!base) throw ApiError.modelNotFound(id, param);
  if (base.problem) throw ApiError.modelDamaged(base.problem, param);
  return base;
}
