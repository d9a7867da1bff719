// Bodies that come too slowly, or that nobody reads.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { once } from 'node:events';
import { ENV, type Env } from '../env.js';

/** Longest time for the rest of a body that is refused, in ms. */
const PATIENCE = 5_000;

/**
 * Reads the rest of a body and drops it, for a while: a client that is cut off while it sends does not
 * see its answer.
 */
export async function dropRest({ raw, headers }: FastifyRequest): Promise<void> {
  const hasBody = 'transfer-encoding' in headers || 'content-length' in headers;
  if (raw.complete || !hasBody) return;
  raw.unpipe();
  raw.resume();
  await once(raw, 'end', { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
}

/** Cuts off requests whose body takes longer than BODY_MS; uploads have UPLOAD_MS. */
export function boundBodies(app: NestFastifyApplication): void {
  const { BODY_MS, UPLOAD_MS } = app.get<Env>(ENV);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ raw, headers }) => {
      const isUpload = headers['content-type']?.startsWith('multipart/') === true;
      const late = (): void => void (raw.complete || raw.destroy());
      const timer = setTimeout(late, isUpload ? UPLOAD_MS : BODY_MS);
      const clear = (): void => clearTimeout(timer);
      raw.once('end', clear).once('close', clear);
    });
}
