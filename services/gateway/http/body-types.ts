// Bodies that no route reads are refused by what they are said to be, before they are read: as what they
// are not they would be found to lack their fields.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api.error.js';

const READ = ['application/json', 'multipart/form-data'];

export function checkBodyTypes(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ headers }) => {
      if (hasBody(headers)) checkType(headers);
    });
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;

function checkType(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity')
    throw unread(`A body in '${encoding.slice(0, 40)}' is not read: send it as it is`);
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const found = type.trim().toLowerCase();
  if (READ.includes(found)) return;
  const what = found === '' ? 'without a Content-Type' : `of the type '${found.slice(0, 40)}'`;
  throw unread(`A body ${what} is not read: send ${READ.join(', or a file as ')}`);
}

const unread = (what: string): ApiError =>
  new ApiError(415, 'invalid_request_error', `${what}.`, { code: 'unsupported_media_type' });
