// What the answers of a request are made from: one version of a knowledge base.

import type { Knowledge } from '#contracts/generated/lethe/inference/v1/Knowledge.js';
import { type GroundingSettings, toKnowledge } from '#contracts/grounding.js';
import type { KnowledgeBaseRow } from '../../database/tenant-records.js';
import { ApiError } from '../../http/api.error.js';
import type { OwnKnowledge } from '../../models/models.service.js';
import type { Scope } from '../../tenants/scope.js';
import { given } from '../given.js';
import type { AskedKnowledge } from './knowledge-field.js';
import type { Problem } from './ungroundable.js';

export type UsedBase = Pick<KnowledgeBaseRow, 'id' | 'version' | 'space' | 'hash'>;

export interface Grounds {
  readonly base: UsedBase;
  readonly settings: GroundingSettings;
}

/** Of what a request wants. */
export interface Asking {
  readonly model: string;
  readonly knowledge: AskedKnowledge | undefined;
  readonly ungroundable: Problem | undefined;
}

/**
 * The base that the request names, else the model's own: at its newest version.
 * @param own of the model.
 * @returns undefined where there is neither: answers are the model's alone.
 * @throws ApiError 404 or 409 where the base is gone, 400 where the request asks for what no answer
 * from a base has
 */
export async function groundsOf(
  scope: Scope,
  asking: Asking,
  own: OwnKnowledge | undefined,
): Promise<Grounds | undefined> {
  const { knowledge_base: asked, ...settings } = asking.knowledge ?? {};
  const id = asked ?? own?.base;
  if (id === undefined) {
    if (asking.knowledge) throw noBase(asking);
    return undefined;
  }
  if (asking.ungroundable) throw notGrounded(asking.ungroundable);
  const base = await scope.records.knowledgeBases.find(id);
  if (!base) throw asked ? notFound(id) : missing(asking, id);
  return { base, settings: { ...own?.settings, ...given(settings) } };
}

export const knowledgeOf = ({ base: { space, hash }, settings }: Grounds): Knowledge =>
  toKnowledge({ space, hash }, settings);

const FIELD = 'knowledge.knowledge_base';

const noBase = ({ model }: Asking): ApiError =>
  ApiError.invalid(
    `'${FIELD}' is missing: '${model}' has no knowledge base of its own.`,
    FIELD,
    'invalid_value',
  );

const notGrounded = ([field, message]: Problem): ApiError =>
  ApiError.invalid(`'${field}' is not valid: ${message}.`, field, 'invalid_value');

const notFound = (id: string): ApiError =>
  ApiError.notFound('knowledge base', id, FIELD, 'knowledge_base_not_found');

/** Without it the model answers nothing. */
const missing = ({ model }: Asking, id: string): ApiError =>
  new ApiError(
    409,
    'invalid_request_error',
    `The knowledge base '${id}', which the answers of '${model}' are made from, was deleted. Name another one in '${FIELD}'.`,
    { param: 'model', code: 'knowledge_base_missing' },
  );
