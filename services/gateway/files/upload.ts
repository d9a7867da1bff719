// Reads a multipart upload: the file goes to the tenant's artifacts as it arrives and is never
// whole in memory.

import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { ArtifactTooLargeError } from '#platform/errors/artifact-too-large.error.js';
import { ApiError } from '../http/api.error.js';

/**
 * Bytes of a part that the parser holds before it waits for their reader. More than one turn of the
 * event loop brings: it waits for ever where a part that it skips fills this and ends in one turn.
 */
const FILE_BUFFER = 256 * 1024;

export interface Upload<Field extends string> {
  readonly filename: string;
  readonly hash: string;
  readonly bytes: number;
  /** What came beside the file. */
  readonly fields: Readonly<Record<Field, string>>;
}

export interface UploadOptions<Field extends string> {
  readonly maxBytes: number;
  /** Those that must come beside the file. */
  readonly fields: readonly Field[];
}

/** @throws ApiError 400 for a missing field, 413 for a file of more than `maxBytes`. */
export async function receiveUpload<Field extends string>(
  request: FastifyRequest,
  space: ArtifactSpace,
  { maxBytes, fields: expected }: UploadOptions<Field>,
): Promise<Upload<Field>> {
  const known = ['file', ...expected].map((field) => `'${field}'`).join(' and ');
  if (!request.isMultipart())
    throw ApiError.invalid(
      `Send the file as multipart/form-data with the fields ${known}.`,
      'file',
    );
  // The parser cuts a file at its limit without a word: with one byte more than is allowed the
  // store sees that it is too large.
  let received: StoredFile | undefined;
  const fields: Partial<Record<Field, string>> = {};
  const isExpected = (name: string): name is Field =>
    (expected as readonly string[]).includes(name);
  const limits = { fileSize: maxBytes + 1, files: 1, fields: 16, fieldSize: 4096 };
  try {
    for await (const part of request.parts({ limits, fileHwm: FILE_BUFFER })) {
      if (part.type === 'file') received = await store(part, space, maxBytes);
      else if (isExpected(part.fieldname)) fields[part.fieldname] = String(part.value);
      else throw unknownField(part.fieldname, known);
    }
  } catch (error) {
    throw refusalOf(error, maxBytes);
  }
  if (!received) throw ApiError.invalid("The field 'file' is missing.", 'file');
  const missing = expected.find((field) => !fields[field]);
  if (missing !== undefined) throw ApiError.invalid(`The field '${missing}' is missing.`, missing);
  return { ...received, fields: fields as Record<Field, string> };
}

type StoredFile = Omit<Upload<never>, 'fields'>;

async function store(
  part: MultipartFile,
  space: ArtifactSpace,
  maxBytes: number,
): Promise<StoredFile> {
  if (part.fieldname !== 'file')
    throw ApiError.invalid(
      `The file must come in the field 'file', not '${part.fieldname?.slice(0, 40) ?? ''}'.`,
      'file',
    );
  return {
    filename: fileName(part.filename),
    ...(await space.putStream(part.file, { maxBytes })),
  };
}

const NAME_BYTES = 255;

/** As a file system would take it. @throws ApiError 400 */
function fileName(name: string): string {
  if (name === '') return 'file';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u.test(name))
    throw ApiError.invalid('The name of the file must not hold control characters.', 'file');
  if (Buffer.byteLength(name) > NAME_BYTES)
    throw ApiError.invalid(`The name of the file must be at most ${NAME_BYTES} bytes.`, 'file');
  return name;
}

/** @param name absent where a part has none. */
const unknownField = (name = '', known: string): ApiError =>
  ApiError.invalid(
    `'${name.slice(0, 40)}' is not a field that is known here: expected ${known}.`,
    name.slice(0, 40),
    'unknown_field',
  );

/** The parser says by plain errors that what came is no multipart body, or not all of one. */
function refusalOf(error: unknown, maxBytes: number): unknown {
  if (error instanceof ArtifactTooLargeError) return tooLarge(maxBytes);
  if (error instanceof Error && MALFORMED.test(error.message))
    return ApiError.invalid(
      'The body is not a whole multipart/form-data body: its boundary or its end is missing.',
      'file',
      'malformed_multipart',
    );
  return error;
}

const MALFORMED =
  /^(Multipart:|Malformed|The needle|\w+ terminated early|Unexpected end|Premature close|aborted)/i;

export function tooLarge(maxBytes: number): ApiError {
  return new ApiError(
    413,
    'invalid_request_error',
    `The file is too large: at most ${maxBytes} bytes are accepted.`,
    { param: 'file', code: 'file_too_large' },
  );
}
