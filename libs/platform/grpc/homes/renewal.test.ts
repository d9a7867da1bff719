// Calls outlast the age that a server gives connections, while both sides ping.

import {
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { homeConfig, registerHomeBalancer } from './home-balancer.js';

/** A connection ends, give or take a tenth, at AGE; a call takes LONG; in ms. */
const [AGE, LONG, PING] = [4000, 700, 200];
const pings = { 'grpc.keepalive_time_ms': PING, 'grpc.keepalive_timeout_ms': 5000 };
const same = (bytes: Buffer): Buffer => bytes;
const service: ServiceDefinition = {
  wait: {
    path: '/test/wait',
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
};

async function open(renewAfter: number) {
  const connections = new Set<string>();
  const server = new Server({ ...pings, 'grpc.max_connection_age_ms': AGE });
  const wait: UntypedServiceImplementation[string] = (
    call: { getPeer(): string },
    reply: (error: null, bytes: Buffer) => void,
  ) => {
    connections.add(call.getPeer());
    setTimeout(reply, LONG, null, Buffer.from('done'));
  };
  server.addService(service, { wait });
  const port = await promisify(server.bindAsync.bind(server))(
    '127.0.0.1:0',
    ServerCredentials.createInsecure(),
  );
  onTestFinished(() => server.forceShutdown());
  registerHomeBalancer();
  const Client = makeGenericClientConstructor(service, 'test');
  const client = new Client(`ipv4:127.0.0.1:${port}`, credentials.createInsecure(), {
    ...pings,
    'grpc.service_config': homeConfig(renewAfter),
    'grpc.enable_retries': 0,
  });
  onTestFinished(() => client.close());
  const ask = promisify(client.wait!.bind(client)) as (bytes: Buffer) => Promise<Buffer>;
  return { ask: () => ask(Buffer.from('wait')), connections };
}

test('calls go to a younger connection before the server ends theirs', async () => {
  const { ask, connections } = await open(AGE / 5);
  const calls: Promise<Buffer>[] = [];
  for (const end = Date.now() + 2 * AGE; Date.now() < end;) {
    calls.push(ask());
    await delay(50);
  }
  const ends = await Promise.allSettled(calls);
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(connections.size).toBeGreaterThan(5);
}, 30_000);
