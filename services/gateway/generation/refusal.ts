// What inference refuses of a request, by the name of the field that it came in.

import { Failure } from '#failure/failure.js';
import { ApiError } from '../http/api.error.js';
import { imageFailure, type ShownImages } from './images/image-failure.js';
import { baseFailure } from './knowledge/base-failure.js';

/** Where the request has them. */
export interface FieldNames {
  readonly prompt: string;
  /** The form that answers must have. Absent: tools make it. */
  readonly form?: string | undefined;
  /** Absent: the request can show none. */
  readonly images?: ShownImages;
}

/** Of a chat template. */
const NOT_SHOWN = 'does not show tools to the model';
/** Fields that inference knows by the names that they have here, some of them inside others. */
const OWN = /^(?:sampling\.)?((?:decoding\.|knowledge\.)?\w+)(?:\[\d+\])?: /;
const FIELDS = /^(?:tools|tool_choice|dimensions|knowledge(?:\.\w+)?)$/;

/** @returns what is no refusal as it is. */
export function refusalOf(error: unknown, { prompt, form = 'tools', images }: FieldNames): unknown {
  if (!Failure.isInstance(error)) return error;
  const { type, publicMessage: message, cause } = error;
  const reason = Failure.isInstance(cause) ? cause.type : '';
  const ofBase = baseFailure(reason, message);
  if (ofBase) return ofBase;
  const ofImage = images && imageFailure(reason, message, images);
  if (ofImage) return ofImage;
  if (type === 'rpc-out-of-range')
    return ApiError.invalid(message, prompt, 'context_length_exceeded');
  if (type !== 'rpc-invalid-argument') return error;
  if (reason === 'form')
    return ApiError.invalid(`'${form}' is not valid: ${message}.`, form, 'invalid_value');
  const field = reason === 'no-token-left' ? null : (namedIn(message) ?? prompt);
  const sentence = message.replace(/^sampling\./, '').replace(/^prompt\.ids: /, `${prompt}: `);
  return ApiError.invalid(sentence, field, 'invalid_value');
}

function namedIn(message: string): string | undefined {
  if (message.endsWith(NOT_SHOWN)) return 'tools';
  const field = OWN.exec(message)?.[1];
  const isKnown = message.startsWith('sampling.') || FIELDS.test(field ?? '');
  return isKnown ? field : undefined;
}
