// What is refused before there is a route: in the shape of every other refusal.

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { ApiError } from './api.error.js';

const refusal = (status: number, message: string): ApiError =>
  new ApiError(status, 'invalid_request_error', message);

/** Of a path. */
export function refusePath(
  { code, statusCode = 400 }: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const message =
    code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? 'The path has a name that is too long.'
      : 'The path is not a valid URL: a % stands before two hexadecimal digits, of UTF-8.';
  void reply.status(statusCode).send(refusal(statusCode, message).body);
}

const REFUSALS: Readonly<Record<string, readonly [status: number, line: string, message: string]>> =
  {
    HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers are too large.'],
    ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not come in time.'],
  };
const MALFORMED = [400, 'Bad Request', 'This is not a valid HTTP request.'] as const;

/** Of a connection on which no request could be read. */
export function refuseConnection({ code = '' }: Error & { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, line, message] = REFUSALS[code] ?? MALFORMED;
  const body = JSON.stringify(refusal(status, message).body);
  const headers = [
    `HTTP/1.1 ${status} ${line}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
