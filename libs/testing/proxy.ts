// A connection that breaks or lies: a test stands between a client and its server.

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** @returns what goes on instead; null ends the connection. */
type Meddle = (bytes: Buffer) => Buffer | null;

export interface Proxy {
  readonly url: string;
  /** See all that is sent, piece after piece, until the test ends. */
  toServer: Meddle;
  toClient: Meddle;
}

const passOn: Meddle = (bytes) => bytes;

/**
 * Call at the top of a describe or a file.
 * @param target gives `http://127.0.0.1:port`
 */
export function useProxy(target: () => string): Proxy {
  const proxy = { url: '', toServer: passOn, toClient: passOn };
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target()).port), '127.0.0.1');
    join(client, upstream, (bytes) => proxy.toServer(bytes));
    join(upstream, client, (bytes) => proxy.toClient(bytes));
  });
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void Object.assign(proxy, { toServer: passOn, toClient: passOn }));
  afterAll(() => void server.close());
  return proxy;
}

function join(from: Socket, to: Socket, meddle: Meddle): void {
  from.on('data', (bytes) => {
    const passed = meddle(bytes);
    if (!passed) from.destroy();
    else if (!to.write(passed)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('error', () => {}).on('close', () => void to.destroy());
  from.on('end', () => void to.end());
}
