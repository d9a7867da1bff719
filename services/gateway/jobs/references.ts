// The model that a job's audit compares with, where its request names one.

import { Injectable } from '@nestjs/common';
import type { JobRequest } from '#contracts/job-request.js';
import type { ModelRef } from '#contracts/jobs.js';
import { ApiError } from '../http/api.error.js';
import { type KnownModel, ModelsService } from '../models/models.service.js';
import type { Scope } from '../tenants/scope.js';
import { referenceName } from './reference-name.js';

const param = 'method.unlearn.evaluation.reference';

@Injectable()
export class References {
  constructor(private readonly models: ModelsService) {}

  /**
   * @param model that is to forget.
   * @throws ApiError 404 for a model that is none or not the tenant's, 400 for the one that is to
   * forget: it has seen what it is to be compared on
   */
  async resolve(
    scope: Scope,
    request: JobRequest,
    model: ModelRef,
  ): Promise<KnownModel | undefined> {
    const name = referenceName(request);
    if (name === undefined) return undefined;
    const known = await this.models.resolveKnown(scope, name, param);
    const isSame =
      known.model.base === model.base && known.model.adapter?.hash === model.adapter?.hash;
    if (!isSame) return known;
    throw ApiError.invalid(
      `'${param}': expected a model that never saw the forget set, found the one that is to forget it.`,
      param,
    );
  }
}
