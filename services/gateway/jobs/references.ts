// The models that a job's audit compares with, where its request names them.

import { Injectable } from '@nestjs/common';
import type { JobRequest } from '#contracts/job-request.js';
import type { ModelRef } from '#contracts/jobs.js';
import { ApiError } from '../http/api.error.js';
import { type KnownModel, ModelsService } from '../models/models.service.js';
import type { Scope } from '../tenants/scope.js';
import { otherModels, type OtherModels, otherRoles } from './other-models.js';

const places = {
  unlearn: 'method.unlearn.evaluation',
  audit: 'method.audit',
  supervised: '',
  knowledge_tuning: '',
};

const expected = {
  reference: 'a model that never saw the forget set',
  before: 'the model that unlearning began from',
} as const;

@Injectable()
export class References {
  constructor(private readonly models: ModelsService) {}

  /**
   * @param model that is to forget, or to have forgotten.
   * @throws ApiError 404 for a model that is none or not the tenant's, 400 for that one itself
   */
  async resolve(
    scope: Scope,
    request: JobRequest,
    model: ModelRef,
  ): Promise<OtherModels<KnownModel>> {
    const names = otherModels(request);
    const found: { -readonly [R in keyof OtherModels]: KnownModel } = {};
    for (const role of otherRoles) {
      const name = names[role];
      if (name === undefined) continue;
      const param = `${places[request.method.type]}.${role}`;
      const known = await this.models.resolveKnown(scope, name, param);
      if (isSame(known.model, model))
        throw ApiError.invalid(
          `'${param}': expected ${expected[role]}, found the one that ${request.method.type === 'audit' ? 'is audited' : 'is to forget it'}.`,
          param,
        );
      found[role] = known;
    }
    return found;
  }
}

const isSame = (one: ModelRef, other: ModelRef): boolean =>
  one.base === other.base && one.adapter?.hash === other.adapter?.hash;
