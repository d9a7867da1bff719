// What the gateway adds to Nest's application: Fastify's settings, an access log, uploads, the API's
// document.

import multipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { connectionsWithin } from '#process/open-files.js';
import { ENV, type Env } from './env.js';
import { boundBodies } from './http/bodies.js';
import { checkBodyTypes } from './http/body-types.js';
import { readJsonBodies } from './http/json-bodies.js';
import { nameMethods } from './http/methods.js';
import { refuseConnection, refusePath } from './http/unrouted.js';
import { serveDocument } from './openapi/document.js';
import { logRequests } from './tenants/access-log.js';
import { readKeysFirst } from './tenants/keys-first.js';

/** Names of tuned models are longer than the router's usual 100 characters. */
const MAX_PARAM_LENGTH = 512;

export const createAdapter = ({ MAX_BODY_BYTES }: Env): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // What comes on a connection that is still open is answered, and closes it.
    return503OnClosing: false,
    frameworkErrors: refusePath,
    clientErrorHandler: refuseConnection,
  });

function connectionLimit({ MAX_CONNECTIONS }: Env, log: Logger): number {
  const connections = connectionsWithin(MAX_CONNECTIONS);
  if (connections < MAX_CONNECTIONS)
    log.warn(
      { connections, MAX_CONNECTIONS },
      'the limit of open files (ulimit -n) allows fewer connections than MAX_CONNECTIONS',
    );
  return connections;
}

export async function configure(app: NestFastifyApplication): Promise<void> {
  app.getHttpServer().maxConnections = connectionLimit(app.get<Env>(ENV), app.get<Logger>(LOGGER));
  logRequests(app);
  nameMethods(app, MAX_PARAM_LENGTH);
  boundBodies(app);
  readKeysFirst(app);
  checkBodyTypes(app);
  readJsonBodies(app);
  // Each upload sets its own limits.
  await app.register(multipart, { throwFileSizeLimit: false });
  serveDocument(app);
}
