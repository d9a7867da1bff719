// The base models that a tenant sees.

import { beforeAll, describe, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel, contextLength } from '../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

describe('models', () => {
  test('are listed and found', async () => {
    expect((await tenant.client.models.list()).data).toEqual([
      expect.objectContaining({
        id: baseModel,
        object: 'model',
        owned_by: 'lethe',
        context_length: contextLength,
        layers: 2,
      }),
    ]);
    expect((await tenant.client.models.retrieve(baseModel)).id).toBe(baseModel);
    await expect(tenant.client.models.retrieve('nothing')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(tenant.client.models.delete(baseModel)).rejects.toMatchObject({ status: 403 });
  });
});
