// What is wrong with a picture, or with showing one, by what failed in inference.

import { item } from '#collections/items.js';
import { ApiError } from '../../http/api.error.js';

/** Pictures of a request, and the model that they are shown to. */
export interface ShownImages {
  readonly model: string;
  /** Fields that have them, in their order. */
  readonly fields: readonly string[];
}

/** How inference names a picture. */
const NAMED = /^images\[(\d+)\]: /;

/** @param reason type of the failure. */
export function imageFailure(
  reason: string,
  message: string,
  { model, fields }: ShownImages,
): ApiError | undefined {
  const [first = null] = fields;
  if (reason === 'blind-model')
    return ApiError.invalid(
      `The model '${model.slice(0, 200)}' cannot be shown pictures.`,
      first,
      'model_without_vision',
    );
  const named = reason === 'shown-image' ? NAMED.exec(message) : null;
  if (!named) return undefined;
  const [begin, index] = named;
  const field = item(fields, Number(index));
  const sentence = `'${field}' is not valid: ${message.slice(begin.length)}.`;
  return ApiError.invalid(sentence, field, 'invalid_image');
}
