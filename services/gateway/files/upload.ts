// Reads a multipart upload: the file goes to the tenant's artifacts as it arrives and is never
// whole in memory.

import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { ArtifactTooLargeError } from '#platform/errors/artifact-too-large.error.js';
import { ApiError } from '../http/api.error.js';

export interface Upload {
  filename: string;
  purpose: string;
  hash: string;
  bytes: number;
}

/** @throws ApiError 400 for a missing field, 413 for a file of more than `maxBytes`. */
export async function receiveUpload(
  request: FastifyRequest,
  space: ArtifactSpace,
  maxBytes: number,
): Promise<Upload> {
  if (!request.isMultipart())
    throw ApiError.invalid(
      "Send the file as multipart/form-data with the fields 'file' and 'purpose'.",
      'file',
    );
  // The parser cuts a file at its limit without a word: with one byte more than is allowed the
  // store sees that it is too large.
  const received: Partial<Upload> = {};
  const limits = { fileSize: maxBytes + 1, files: 1, fields: 16, fieldSize: 4096 };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') Object.assign(received, await store(part, space, maxBytes));
      else if (part.fieldname === 'purpose') received.purpose = String(part.value);
    }
  } catch (error) {
    // What is still on its way is read and dropped: a client that is cut off while it sends would
    // not see the answer.
    request.raw.unpipe();
    request.raw.resume();
    throw error instanceof ArtifactTooLargeError ? tooLarge(maxBytes) : error;
  }
  const { hash, filename, bytes, purpose } = received;
  if (hash === undefined || filename === undefined || bytes === undefined)
    throw ApiError.invalid("The field 'file' is missing.", 'file');
  if (!purpose) throw ApiError.invalid("The field 'purpose' is missing.", 'purpose');
  return { hash, filename, bytes, purpose };
}

async function store(
  part: MultipartFile,
  space: ArtifactSpace,
  maxBytes: number,
): Promise<Omit<Upload, 'purpose'>> {
  if (part.fieldname !== 'file')
    throw ApiError.invalid(
      `The file must come in the field 'file', not '${part.fieldname.slice(0, 40)}'.`,
      'file',
    );
  return {
    filename: part.filename || 'file',
    ...(await space.putStream(part.file, { maxBytes })),
  };
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError(
    413,
    'invalid_request_error',
    `The file is too large: at most ${maxBytes} bytes are accepted.`,
    { param: 'file', code: 'file_too_large' },
  );
}
