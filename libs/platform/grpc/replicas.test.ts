// Which servers of inference answer is told, while calls go on to those that do.

import { expect, onTestFinished, test } from 'vitest';
import { gatewayClientOf } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';

async function serve() {
  const server = await startIdleInference();
  onTestFinished(() => server.drain(0));
  return server;
}

function connect(url: string) {
  const client = gatewayClientOf(url);
  onTestFinished(() => client.close());
  return client;
}

test('counts and names those that do not answer', async () => {
  const servers = [await serve(), await serve(), await serve()];
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  const client = connect(`ipv4:${addresses.join(',')}`);
  expect(await client.replicas()).toBe('ok');
  await servers[1]!.drain(0);
  await expect
    .poll(() => client.replicas())
    .toBe(`no answer from 1 of 3 replicas: ${addresses[1]}`);
  await client.check();
  expect(await client.listModels()).toMatchObject({ models: [] });
  await Promise.all([servers[0]!.drain(0), servers[2]!.drain(0)]);
  await expect
    .poll(() => client.replicas())
    .toBe(`no answer from 3 of 3 replicas: ${addresses.join(', ')}`);
});

test.each(['localhost', '127.0.0.1', 'dns:///localhost'])(
  'finds the addresses of %s',
  async (host) => {
    const { port, drain } = await serve();
    const client = connect(`${host}:${port}`);
    expect(await client.replicas()).toBe('ok');
    await drain(0);
    await expect
      .poll(() => client.replicas())
      .toBe(`no answer from 1 of 1 replicas: 127.0.0.1:${port}`);
  },
);

test('rejects for a name that has no address', async () => {
  await expect(connect('nowhere.invalid:1').replicas()).rejects.toThrow('nowhere.invalid');
});
