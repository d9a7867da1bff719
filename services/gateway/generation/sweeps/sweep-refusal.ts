// What inference refuses of a sweep, by the field that it came in.

import { Failure } from '#failure/failure.js';
import { ApiError } from '../../http/api.error.js';
import type { ShownImages } from '../images/image-failure.js';
import { refusalOf } from '../refusal.js';

const OF_SETTING = /^sweep\.(\w+)(?:\[(\d+)\])?(?:\.(\w+))?: /;
const OF_ITEM = /^items\[(\d+)\]\.completion: /;

/** @returns what is no refusal as it is. */
export function sweepRefusal(error: unknown, row: number, images: ShownImages): unknown {
  if (Failure.isInstance(error) && error.type === 'rpc-invalid-argument') {
    const { publicMessage: message } = error;
    const setting = OF_SETTING.exec(message);
    if (setting) return refused(setting.slice(1), message.slice(setting[0].length));
    const [begin, item] = OF_ITEM.exec(message) ?? [];
    if (begin !== undefined && item !== undefined)
      return refused(
        ['rows', row, ...(item === '0' ? ['answer'] : ['wrong', Number(item) - 1])],
        message.slice(begin.length),
      );
  }
  return refusalOf(error, { prompt: `rows.${row}.messages`, images });
}

function refused(path: readonly (string | number | undefined)[], what: string): ApiError {
  const field = path.filter((part) => part !== undefined).join('.');
  return ApiError.invalid(`${field}: ${what}`, field, 'invalid_value');
}
