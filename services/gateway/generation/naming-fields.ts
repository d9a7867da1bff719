// What inference refuses about a form or tools has the name of the field that it came in.

import { Failure } from '#failure/failure.js';
import { ApiError } from '../http/api.error.js';

/** Of a chat template. */
const NOT_SHOWN = 'does not show tools to the model';
const TOOLS = /^(tool_choice|tools)(?:\[\d+\])?: /;

/** @param field of the form that is asked, or of the tools that make it. */
export async function* namingFields<T>(
  chunks: AsyncIterable<T>,
  field: string,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    throw named(error, field) ?? error;
  }
}

function named(error: unknown, field: string): ApiError | undefined {
  if (!Failure.isInstance(error)) return undefined;
  const { publicMessage: message, cause } = error;
  if (Failure.isInstance(cause) && cause.type === 'form')
    return ApiError.invalid(`'${field}' is not valid: ${message}.`, field, 'invalid_value');
  const tools = message.endsWith(NOT_SHOWN) ? 'tools' : TOOLS.exec(message)?.[1];
  return tools === undefined ? undefined : ApiError.invalid(message, tools, 'invalid_value');
}
