// A path that is there by other methods: a 405 that names them, where a 404 would say that there is none.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { ApiError } from './api.error.js';

/** Before any route is declared. */
export function nameMethods(app: NestFastifyApplication, maxParamLength: number): void {
  const routes = findMyWay({ maxParamLength });
  const methods = new Set<HTTPMethod>();
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat() as HTTPMethod[]) {
      methods.add(one);
      routes.on(one, url, () => {});
    }
  });
  server.addHook('onRequest', async ({ is404, method, url }, reply) => {
    if (!is404) return;
    const allowed = [...methods].filter((one) => routes.find(one, url));
    if (allowed.length === 0) return;
    void reply.header('allow', allowed.join(', '));
    const message = `${method} is none of the methods of this path: ${allowed.join(', ')}.`;
    throw new ApiError(405, 'invalid_request_error', message, { code: 'method_not_allowed' });
  });
}
