// What the gateway adds to Nest's application: Fastify's settings, an access log, uploads, the API's
// document.

import multipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { logRequests } from './http/access-log.js';
import { serveDocument } from './openapi/document.js';

/** JSON bodies: long conversations, but no files. */
const bodyLimit = 8 * 1024 ** 2;

export const createAdapter = (): FastifyAdapter =>
  // Names of tuned models are longer than the router's usual 100 characters.
  new FastifyAdapter({ bodyLimit, routerOptions: { maxParamLength: 512 } });

export async function configure(app: NestFastifyApplication): Promise<void> {
  logRequests(app);
  // Each upload sets its own limits.
  await app.register(multipart, { throwFileSizeLimit: false });
  serveDocument(app);
}
