// What must hold before a job is recorded; each refusal names the field.

import { Injectable } from '@nestjs/common';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { JobRequest } from '#contracts/job-request.js';
import { collect } from '#platform/artifacts/stretches.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import type { JobData } from '../database/schema.js';
import { FilesService } from '../files/files.service.js';
import { KnowledgeBasesService } from '../knowledge/knowledge-bases.service.js';
import type { KnownModel } from '../models/models.service.js';
import type { Scope } from '../tenants/scope.js';
import type { ReadSet } from './data-set.js';
import { jobMethods } from './methods/index.js';
import type { JobSets } from './methods/job-method.js';
import { checkModules, checkShows } from './module-checks.js';
import { checkNeeds } from './needs.js';
import type { OtherModels } from './other-models.js';
import { refuseUnseen } from './picture-checks.js';
import { PromptChecks, type Room } from './prompt-checks.js';

@Injectable()
export class JobChecks {
  constructor(
    private readonly files: FilesService,
    private readonly bases: KnowledgeBasesService,
    private readonly producer: QueueProducer,
    private readonly prompts: PromptChecks,
  ) {}

  /**
   * @param asked the model, with what the inference service knows of its base.
   * @param others that its audit compares with.
   * @returns the content of every file and the models that the request names.
   * @throws ApiError 404 or 400 with the field's path, QueueUnavailableError
   */
  async check(
    scope: Scope,
    request: JobRequest,
    { model, base }: KnownModel,
    others: OtherModels<KnownModel>,
  ): Promise<JobData> {
    const { method } = request;
    const kind = jobMethods[method.type];
    checkModules(request, model, base);
    kind.checkModel?.(method, base);
    await checkNeeds(this.producer, `method.${method.type}`, kind.needs(method));
    const read: ReadSet = async (fileId, param) => {
      const { artifact, set } = await this.files.examples(scope, fileId, param);
      return { artifact, rows: await collect(set.read()), param };
    };
    const sets = await kind.sets(method, {
      read,
      training: () => read(request.training_file ?? '', 'training_file'),
      knowledge: (id, param) => this.knowledge(scope, id, param),
    });
    const shown = [...sets.trained, ...(sets.relearned ?? []), ...sets.asked];
    await refuseUnseen(shown, base);
    await checkShows(request, base, sets.trained);
    const tenant = scope.tenant.id;
    const { max_length: maxLength } = kind.hyperparameters(method);
    await this.prompts.check(tenant, base.name, roomsOf(sets, base, maxLength));
    for (const { base: other } of Object.values(others)) {
      await refuseUnseen(sets.asked, other);
      const rooms = roomsOf({ ...sets, trained: [] }, other, maxLength);
      await this.prompts.check(tenant, other.name, rooms);
    }
    const { reference, before } = others;
    return {
      ...sets.data,
      ...(reference ? { reference: reference.model } : {}),
      ...(before ? { before: before.model } : {}),
    };
  }

  private async knowledge(
    scope: Scope,
    id: string,
    param: string,
  ): Promise<NonNullable<JobData['knowledge']>> {
    const { space, hash } = await this.bases.find(scope, id, param);
    return { id, version: { space, hash } };
  }
}

/** @param maxLength of a row that is trained on, in tokens. */
function roomsOf(
  { trained, relearned = [], asked }: JobSets,
  { positions, contextLength, imageTokens }: BaseModel__Output,
  maxLength: number,
): Room[] {
  // Inference of release 0.1 does not tell the positions.
  const trainable =
    positions > 0 && positions < maxLength
      ? { tokens: positions, imageTokens, within: `the model's ${positions} positions` }
      : { tokens: maxLength, imageTokens, within: `max_length ${maxLength}` };
  const askable = {
    tokens: contextLength,
    imageTokens,
    within: `the model's context of ${contextLength} tokens`,
  };
  return [
    ...[...trained, ...relearned].map((set) => ({ set, ...trainable })),
    ...asked.map((set) => ({ set, ...askable })),
  ];
}
