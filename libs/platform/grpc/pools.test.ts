// Base models that replicas of their own serve: who is asked about which.

import { status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { gatewayClientOf } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import { inferenceClientEnv } from '../config/grpc-env.js';
import { loadEnv } from '../config/load-env.js';

/** Of two pools with the same folders: each could serve all, and tells what it was asked. */
async function serve(name: string) {
  const forgotten: string[] = [];
  const server = await startIdleInference({
    async *generate() {
      yield { text: name };
    },
    score: async () => ({ scores: [] }),
    embed: async () => ({ embeddings: [{ values: [name.length] }] }),
    countTokens: async () => ({ prompts: [{ tokens: name.length }] }),
    forget: async (_request, { tenant }) => {
      forgotten.push(tenant);
      return {};
    },
    listModels: async () => ({
      models: ['large', 'other', 'tiny'].map((model) => ({ name: model, digest: name })),
    }),
  });
  onTestFinished(() => server.drain(0));
  return { ...server, forgotten, address: `127.0.0.1:${server.port}` };
}

async function connect() {
  const [usual, own] = [await serve('usual'), await serve('own pool')];
  const client = gatewayClientOf(usual.address, new Map([['large', own.address]]));
  onTestFinished(() => client.close());
  return { usual, own, client };
}

async function textOf(chunks: AsyncIterable<{ text: string }>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk.text;
  return text;
}

describe('a model with a pool of its own', () => {
  test('is asked there, and all others at the usual address', async () => {
    const { client } = await connect();
    const asked = (base: string) => ({ model: { base } });
    expect(await textOf(client.generate('t', asked('large')))).toBe('own pool');
    expect(await textOf(client.generate('t', asked('tiny')))).toBe('usual');
    expect((await client.countTokens('t', { base: 'large' })).prompts).toMatchObject([
      { tokens: 'own pool'.length },
    ]);
    expect((await client.countTokens('t', { base: 'tiny' })).prompts).toMatchObject([
      { tokens: 'usual'.length },
    ]);
  });

  test('is listed as its pool has it', async () => {
    const { client } = await connect();
    expect((await client.listModels()).models).toMatchObject([
      { name: 'large', digest: 'own pool' },
      { name: 'other', digest: 'usual' },
      { name: 'tiny', digest: 'usual' },
    ]);
  });

  test('is not said to be missing where its pool is away, and takes no other with it', async () => {
    const { client, own } = await connect();
    await own.drain(0);
    expect((await client.listModels()).models).toMatchObject([{ name: 'other' }, { name: 'tiny' }]);
    expect((await client.listModels({}, ['tiny'])).models).toHaveLength(2);
    const away = { code: status.UNAVAILABLE };
    await expect(client.listModels({}, ['tiny', 'large'])).rejects.toMatchObject(away);
    await expect(textOf(client.generate('t', { model: { base: 'large' } }))).rejects.toMatchObject(
      away,
    );
    await client.check();
    await expect
      .poll(() => client.replicas())
      .toBe(`${own.address}: no answer from 1 of 1 replicas: ${own.address}`);
  });

  test('is told of an erasure as the others are', async () => {
    const { client, usual, own } = await connect();
    await client.forget('t');
    expect([usual.forgotten, own.forgotten]).toEqual([['t'], ['t']]);
  });

  test('lets nobody be ready where no pool is', async () => {
    const { client, usual, own } = await connect();
    await Promise.all([usual.drain(0), own.drain(0)]);
    await expect(client.check()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await expect(client.listModels()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});

describe('INFERENCE_POOLS', () => {
  const schema = z.object({ INFERENCE_POOLS: inferenceClientEnv.INFERENCE_POOLS });
  const read = (value: string) =>
    Object.fromEntries(loadEnv(schema, { INFERENCE_POOLS: value }).INFERENCE_POOLS ?? []);

  test('has addresses by model', () => {
    expect(read('a,b=large:1  c=dns://10.0.0.1:53/small:2 d=ipv4:1.2.3.4:5,6.7.8.9:5')).toEqual({
      a: 'large:1',
      b: 'large:1',
      c: 'dns://10.0.0.1:53/small:2',
      d: 'ipv4:1.2.3.4:5,6.7.8.9:5',
    });
  });

  test.each([
    ['a', 'found a'],
    ['a=', 'found a='],
    ['=b:1', 'found =b:1'],
    ['a=b:1 a=c:1', 'found a twice'],
  ])('refuses %s', (value, found) => {
    expect(() => read(value)).toThrow(new RegExp(`INFERENCE_POOLS.*expected .*${found}$`));
  });
});
