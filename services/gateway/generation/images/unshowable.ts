// What cannot be asked beside pictures.

import { ApiError } from '../../http/api.error.js';
import type { AskedImage } from './said.js';

/**
 * @param asked values by their fields: one that is true in any way asks for something.
 * @throws ApiError 400 naming it
 */
export function checkShowable(
  images: readonly AskedImage[],
  asked: Readonly<Record<string, unknown>>,
): void {
  const wrong = Object.keys(asked).find((name) => asked[name]);
  if (images.length === 0 || wrong === undefined) return;
  throw ApiError.invalid(
    `'${wrong}' is not valid: cannot be combined with pictures.`,
    wrong,
    'invalid_value',
  );
}
