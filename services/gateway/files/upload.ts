// Reads a multipart upload: the file goes to the tenant's artifacts as it arrives and is never whole in memory.
import type { MultipartFile } from '@fastify/multipart';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../http/api.error.js';

export interface Upload {
  filename: string;
  purpose: string;
  hash: string;
  bytes: number;
}

/** @throws ApiError 400 for a missing field, 413 for a file of more than `maxBytes`. */
export async function receiveUpload(request: FastifyRequest, artifacts: TenantStore, maxBytes: number): Promise<Upload> {
  if (!request.isMultipart()) throw ApiError.invalid("Send the file as multipart/form-data with the fields 'file' and 'purpose'.", 'file');
  let stored: Omit<Upload, 'purpose'> | undefined;
  let purpose: string | undefined;
  try {
    // The limits of fields keep everything but the file small.
    for await (const part of request.parts({ limits: { fileSize: maxBytes, files: 1, fields: 16, fieldSize: 4096 } })) {
      if (part.type === 'field') {
        if (part.fieldname === 'purpose') purpose = String(part.value);
      } else {
        if (part.fieldname !== 'file') throw ApiError.invalid(`The file must come in the field 'file', not '${part.fieldname.slice(0, 40)}'.`, 'file');
        stored = await store(part, artifacts, maxBytes);
      }
    }
  } catch (error) {
    // What is still on its way is read and dropped: a client that is cut off while it sends would not see the answer.
    request.raw.unpipe();
    request.raw.resume();
    throw isTooLarge(error) ? tooLarge(maxBytes) : error;
  }
  if (!stored) throw ApiError.invalid("The field 'file' is missing.", 'file');
  if (!purpose) throw ApiError.invalid("The field 'purpose' is missing.", 'purpose');
  return { ...stored, purpose };
}

async function store(part: MultipartFile, artifacts: TenantStore, maxBytes: number): Promise<Omit<Upload, 'purpose'>> {
  return { filename: part.filename || 'file', ...(await artifacts.putStream(part.file, { maxBytes })) };
}

const isTooLarge = (error: unknown): boolean => (error as { code?: string }).code === 'FST_REQ_FILE_TOO_LARGE';

function tooLarge(maxBytes: number): ApiError {
  return new ApiError(413, 'invalid_request_error', `The file is too large: at most ${maxBytes} bytes are accepted.`, { param: 'file', code: 'file_too_large' });
}
