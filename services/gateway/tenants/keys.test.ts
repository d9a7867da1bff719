import OpenAI from 'openai';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import {
  dataSet,
  type RunningGateway,
  startGateway,
  type TestTenant,
  useGateway,
} from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';

interface Key {
  id: string;
  name: string;
  prefix: string;
  last_used_at: number | null;
  expires_at: number | null;
  api_key: string;
}

const seconds = (): number => Math.floor(Date.now() / 1000);

describe('keys of a tenant', () => {
  const gateway = useGateway();
  let acme: TestTenant;
  let other: TestTenant;
  beforeAll(async () => {
    acme = await gateway.tenant('acme');
    other = await gateway.tenant('other');
  });

  const administer = async (method: string, path: string, body?: object): Promise<Response> =>
    gateway.admin(method, `/${acme.id}/keys${path}`, body);
  const make = async (body: object): Promise<Key> =>
    (await (await administer('POST', '', body)).json()) as Key;
  const list = async (): Promise<Key[]> =>
    ((await (await administer('GET', '')).json()) as { data: Key[] }).data;
  const status = (key: string): Promise<number> =>
    gateway
      .client(key)
      .files.list()
      .then(
        () => 200,
        (error: InstanceType<typeof OpenAI.APIError>) => error.status as number,
      );

  test('are named, shown once, and listed without themselves', async () => {
    const made = await make({ name: 'ci' });
    expect(made).toMatchObject({ object: 'tenant.key', name: 'ci', expires_at: null });
    expect(made.api_key.startsWith(made.prefix)).toBe(true);
    const listed = await list();
    expect(listed.map(({ name }) => name)).toEqual(['default', 'ci']);
    expect(JSON.stringify(listed)).not.toContain(made.api_key);
    expect(listed[1]).toMatchObject({ id: made.id, prefix: made.prefix, last_used_at: null });
    expect(await status(made.api_key)).toBe(200);
    expect((await list())[1]!.last_used_at).toBeGreaterThan(seconds() - 60);
  });

  test('are valid until they are revoked, each for itself', async () => {
    const [kept, gone] = [await make({ name: 'kept' }), await make({ name: 'gone' })];
    expect((await administer('DELETE', `/${gone.id}`)).status).toBe(200);
    expect([await status(gone.api_key), await status(kept.api_key)]).toEqual([401, 200]);
    expect((await administer('DELETE', `/${gone.id}`)).status).toBe(404);
  });

  test('are valid until they expire', async () => {
    const short = await make({ name: 'short', expires_at: seconds() + 2 });
    expect(await status(short.api_key)).toBe(200);
    await vi.waitFor(async () => expect(await status(short.api_key)).toBe(401), 10_000);
    expect((await administer('POST', `/${short.id}/rotate`, {})).status).toBe(400);
  });

  test('are rotated with an overlap, and without one', async () => {
    const old = await make({ name: 'rotated', expires_at: seconds() + 1000 });
    const rotate = async (key: Key, body: object): Promise<Key> =>
      (await (await administer('POST', `/${key.id}/rotate`, body)).json()) as Key;
    const next = await rotate(old, { overlap_seconds: 100 });
    expect(next).toMatchObject({ name: 'rotated', expires_at: old.expires_at });
    const expiry = (await list()).find(({ id }) => id === old.id)!.expires_at!;
    expect(Math.abs(expiry - seconds() - 100)).toBeLessThan(10);
    expect([await status(old.api_key), await status(next.api_key)]).toEqual([200, 200]);
    const last = await rotate(next, { overlap_seconds: 0, expires_at: seconds() + 5000 });
    expect([await status(next.api_key), await status(last.api_key)]).toEqual([401, 200]);
    // An overlap never makes a key valid for longer than it was.
    await rotate(old, { overlap_seconds: 1000 });
    expect((await list()).find(({ id }) => id === old.id)!.expires_at).toBe(expiry);
  });

  test.each([
    ['POST', '', { name: 'has spaces' }, 400],
    ['POST', '', {}, 400],
    ['POST', '', { name: 'late', expires_at: 1 }, 400],
    ['POST', '', { name: 'odd', expires_at: 1e300 }, 400],
    ['POST', '/key-nothing/rotate', {}, 404],
    ['POST', '/key-nothing/rotate', { overlap_seconds: -1 }, 400],
    ['DELETE', '/key-nothing', undefined, 404],
  ])('answer %s %s with %j by %i', async (method, path, body, expected) => {
    expect((await administer(method, path, body)).status).toBe(expected);
  });

  test('of a tenant that does not exist are none', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['POST', '/key-1/rotate'],
      ['DELETE', '/key-1'],
    ] as const) {
      const body = method === 'POST' ? { name: 'x' } : undefined;
      const response = await gateway.admin(method, `/acme/keys${path}`, body);
      expect([path, response.status]).toEqual([path, 404]);
    }
  });

  test('are at most a hundred', async () => {
    const { id } = await gateway.tenant('hoarder');
    const add = async (): Promise<number> =>
      (await gateway.admin('POST', `/${id}/keys`, { name: 'one' })).status;
    const answers = await Promise.all(Array.from({ length: 105 }, add));
    expect(answers.filter((answer) => answer === 201)).toHaveLength(99);
    expect(new Set(answers)).toEqual(new Set([201, 409]));
  });

  describe('in its own hands', () => {
    const own = (key: string) => {
      const client = gateway.client(key);
      return {
        list: () => client.get<{ data: Key[] }>('/keys'),
        create: (body: object) => client.post<Key>('/keys', { body }),
        rotate: (id: string, body: object = {}) => client.post<Key>(`/keys/${id}/rotate`, { body }),
        revoke: (id: string) => client.delete<object>(`/keys/${id}`),
      };
    };

    test('are the same', async () => {
      const { list: all, create, rotate, revoke } = own(acme.key);
      const made = await create({ name: 'mine' });
      expect((await all()).data.at(-1)).toMatchObject({ id: made.id, name: 'mine' });
      const next = await rotate(made.id, { overlap_seconds: 0 });
      expect(await status(made.api_key)).toBe(401);
      await revoke(next.id);
      expect(await status(next.api_key)).toBe(401);
    });

    test("are nobody else's", async () => {
      const made = await make({ name: 'private' });
      const { list: all, rotate, revoke } = own(other.key);
      expect((await all()).data.map(({ id }) => id)).not.toContain(made.id);
      await expect(rotate(made.id)).rejects.toMatchObject({ status: 404 });
      await expect(revoke(made.id)).rejects.toMatchObject({ status: 404 });
      expect(await status(made.api_key)).toBe(200);
    });

    test('make none that outlives them', async () => {
      const expires = seconds() + 1000;
      const short = own((await make({ name: 'short', expires_at: expires })).api_key);
      expect((await short.create({ name: 'heir' })).expires_at).toBe(expires);
      const lasting = await make({ name: 'lasting' });
      for (const attempt of [
        () => short.create({ name: 'heir', expires_at: expires + 1 }),
        () => short.rotate(lasting.id),
      ])
        await expect(attempt()).rejects.toMatchObject({ status: 400, param: 'expires_at' });
      expect(await status(lasting.api_key)).toBe(200);
    });
  });
});

describe.skipIf(!hasPostgres)('keys at two gateways', () => {
  const postgres = usePostgres();
  const gateway = useGateway(() => ({ DATABASE_URL: postgres.url }));
  let second: RunningGateway;
  let sql: Client;
  beforeAll(async () => {
    second = await startGateway(gateway.environment());
    sql = new Client({ connectionString: postgres.url });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await second.stop();
  });

  const at = (url: string, key: string): OpenAI =>
    new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
  const firstKey = async (tenant: TestTenant): Promise<string> =>
    ((await (await gateway.admin('GET', `/${tenant.id}/keys`)).json()) as { data: Key[] }).data[0]!
      .id;

  test('that are revoked at one are refused by the other at once, with the streams they opened', async () => {
    const tenant = await gateway.tenant('acme');
    const file = dataSet([['q', 'a']]);
    const { id } = await tenant.client.files.create({ file, purpose: 'fine-tune' });
    const job = await tenant.client.fineTuning.jobs.create({ model: baseModel, training_file: id });
    const stream = await fetch(`${second.url}/v1/fine_tuning/jobs/${job.id}/events?stream=true`, {
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    expect(stream.status).toBe(200);
    const revoked = Date.now();
    await gateway.admin('DELETE', `/${tenant.id}/keys/${await firstKey(tenant)}`);
    await expect(at(second.url, tenant.key).files.list()).rejects.toMatchObject({ status: 401 });
    await expect(stream.text()).rejects.toThrow('terminated');
    expect(Date.now() - revoked).toBeLessThan(5_000);
  });

  test('are noted as used once a minute', async () => {
    const tenant = await gateway.tenant('busy');
    const key = await firstKey(tenant);
    const lastUsed = async (): Promise<number> =>
      (await sql.query('SELECT last_used_at FROM api_keys WHERE id = $1', [key])).rows[0]!
        .last_used_at as number;
    const use = () =>
      Promise.all(
        [gateway.url, second.url, gateway.url, second.url].map((url) =>
          at(url, tenant.key).files.list(),
        ),
      );
    await use();
    const noted = await lastUsed();
    await use();
    expect(await lastUsed()).toEqual(noted);
    await sql.query("UPDATE api_keys SET last_used_at = now() - interval '61 s' WHERE id = $1", [
      key,
    ]);
    await use();
    expect(new Date(await lastUsed()).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });
});
