// JSON as it comes: none is none, and what cannot be read says why.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ENV, type Env } from '../env.js';
import { ApiError } from './api.error.js';

/** No body is no body, whatever its type is said to be: OpenAI's Python client always says JSON. */
export function readJsonBodies(app: NestFastifyApplication): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  const { MAX_BODY_BYTES: bodyLimit } = app.get<Env>(ENV);
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const text = body.toString('utf8');
    void parse(request as FastifyRequest, text, (error, value) => {
      if (error) done(unreadable(text));
      else done(null, value);
    });
  });
}

/** Nothing of the text is quoted. */
function unreadable(text: string): ApiError {
  try {
    JSON.parse(text);
  } catch {
    return ApiError.invalid('The body is not valid JSON in UTF-8.', null, 'invalid_json');
  }
  return ApiError.invalid(
    "The body has a key that is not taken: '__proto__', or 'constructor' with a 'prototype' in it.",
    null,
    'invalid_json',
  );
}
