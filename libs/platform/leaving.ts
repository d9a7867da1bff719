// How an HTTP server takes leave of its clients: whoever asks is still answered, and told to make its
// next connection elsewhere. A server that only closed would cut off requests on their way.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Between two looks at who is still connected, in ms. */
const PAUSE = 50;
/**
 * For how long a connection is kept whose answer had begun before, in ms: a client that knows of
 * nothing may be sending its next request.
 */
const IDLE = 1000;

export class Leaving {
  private hasBegun = false;

  /** Before the application listens. */
  constructor(private readonly app: NestFastifyApplication) {
    const server = app.getHttpAdapter().getInstance();
    server.addHook('onSend', async (_, reply) => {
      if (this.hasBegun) void reply.header('connection', 'close');
    });
  }

  /** Ends once nobody is connected; at the latest after so many ms. */
  async run(ms: number): Promise<void> {
    this.hasBegun = true;
    const server = this.app.getHttpServer();
    server.keepAliveTimeout = IDLE;
    const connected = promisify(server.getConnections.bind(server));
    for (const end = Date.now() + ms; Date.now() < end && (await connected()) > 0;)
      await delay(PAUSE);
  }
}
