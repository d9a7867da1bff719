import { describe, expect, test } from 'vitest';
import { useGateway } from '../testing/gateway.js';

const gateway = useGateway();

describe('tenants', () => {
  test('are made once, listed, and deleted with their keys', async () => {
    const response = await gateway.admin('POST', '', { name: 'acme' });
    expect(response.status).toBe(201);
    const created = (await response.json()) as { id: string; api_key: string };
    expect(created).toMatchObject({
      object: 'tenant',
      name: 'acme',
      api_key: expect.stringMatching(/^lk-.{43}$/),
    });
    expect((await gateway.admin('POST', '', { name: 'acme' })).status).toBe(409);
    const { data } = (await (await gateway.admin('GET', '')).json()) as { data: object[] };
    expect(data).toEqual([
      { id: created.id, object: 'tenant', name: 'acme', created_at: expect.any(Number) },
    ]);

    const client = gateway.client(created.api_key);
    expect((await client.files.list()).data).toEqual([]);
    expect((await gateway.admin('DELETE', '/acme')).status).toBe(404);
    expect((await client.files.list()).data).toEqual([]);
    expect((await gateway.admin('DELETE', `/${created.id}`)).status).toBe(200);
    await expect(client.files.list()).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
    expect((await gateway.admin('DELETE', `/${created.id}`)).status).toBe(404);
  });

  test("are nobody else's to administer", async () => {
    expect((await gateway.admin('GET', '', undefined, 'lk-wrong')).status).toBe(401);
    const { key } = await gateway.tenant('ordinary');
    expect((await gateway.admin('GET', '', undefined, key)).status).toBe(401);
  });

  test.each(['No Spaces', 'tenant-', 'tenant-0123456789abcdefghijklmn'])(
    'need a name that fits, not %s',
    async (name) => {
      const response = await gateway.admin('POST', '', { name });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { param: 'name', message: expect.stringContaining(JSON.stringify(name)) },
      });
    },
  );

  test.each([[undefined], ['Basic abc'], ['Bearer lk-unknown']])(
    'answers 401 to %s',
    async (authorization) => {
      const response = await fetch(`${gateway.url}/v1/models`, {
        headers: authorization ? { authorization } : {},
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({
        error: { type: 'authentication_error', code: 'invalid_api_key', param: null },
      });
    },
  );
});

describe('every answer', () => {
  test('has the shape of OpenAI for an unknown address and for broken JSON', async () => {
    const unknown = await fetch(`${gateway.url}/v1/nothing`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    const { key } = await gateway.tenant('careless');
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const broken = await fetch(`${gateway.url}/v1/completions`, {
      method: 'POST',
      headers,
      body: '{"model":',
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  test('is documented', async () => {
    const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'post /v1/files',
        'get /v1/files/{id}/content',
        'post /v1/fine_tuning/jobs',
        'get /v1/fine_tuning/jobs/{id}/events',
        'get /v1/fine_tuning/jobs/{id}/report',
        'get /v1/fine_tuning/jobs/{id}/receipt',
        'get /v1/receipts',
        'get /v1/receipts/key',
        'get /admin/tenants/{tenant}/receipts',
        'delete /v1/models/{id}',
        'post /v1/chat/completions',
        'post /v1/completions',
        'post /v1/embeddings',
        'post /v1/decoding/sweeps',
        'post /admin/tenants',
      ]),
    );
    const job = JSON.stringify(document.paths['/v1/fine_tuning/jobs']!.post);
    for (const word of ['"relearn"', '"simnpo"', '"steering_coeff"', '"memflex"'])
      expect(job).toContain(word);
  });

  test('has no probes and no metrics, which have a port of their own', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect((await fetch(gateway.url + path)).status).toBe(404);
  });
});
