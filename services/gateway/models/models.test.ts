import { expect, test } from 'vitest';
import { useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { addTunedModel } from '../testing/tuned-model.js';

const gateway = useGateway();

test('models tell the knowledge base that their answers are made from', async () => {
  const acme = await gateway.tenant('acme');
  const plain = await addTunedModel(gateway.app, acme);
  const grounded = await addTunedModel(gateway.app, acme, {
    knowledgeBaseId: 'kb-1',
    grounding: { min_mass: -0.3 },
  });
  const told = { id: grounded, knowledge: { knowledge_base: 'kb-1', min_mass: -0.3 } };
  expect(await acme.client.models.retrieve(grounded)).toMatchObject(told);
  expect(await acme.client.models.retrieve(plain)).not.toHaveProperty('knowledge');
  expect((await acme.client.models.list()).data).toContainEqual(expect.objectContaining(told));
});

const deco = { strategy: 'deco', layers: [1, 2], alpha: 0.4 };

test("a tuned model's own decoding is its tenant's to set, and told", async () => {
  const [acme, other] = [await gateway.tenant('setter'), await gateway.tenant('reader')];
  const tuned = await addTunedModel(gateway.app, acme);
  const set = (decoding: unknown, { client } = acme, model = tuned) =>
    client.post<object>(`/models/${encodeURIComponent(model)}`, { body: { decoding } });
  const measured = { by: 'match', rows: 40, difference: 1.5, interval: [0.2, 2.5] };
  expect(await set({ ...deco, measured })).toMatchObject({ decoding: { ...deco, measured } });
  expect(await acme.client.models.retrieve(tuned)).toMatchObject({ decoding: deco });
  await expect(set(deco, other)).rejects.toMatchObject({ status: 404 });
  await expect(set(deco, acme, baseModel)).rejects.toMatchObject({ status: 403 });
  for (const [wrong, param] of [
    [{ ...deco, layers: [1, 3] }, 'decoding.layers'],
    [{ ...deco, layers: [2, 1] }, 'decoding.layers'],
    [{ ...deco, strategy: 'dola' }, 'decoding.strategy'],
    [{ ...deco, alpha: -1 }, 'decoding.alpha'],
    [{ ...deco, beta: 1 }, 'decoding.beta'],
  ] as const)
    await expect(set(wrong)).rejects.toMatchObject({ status: 400, param });
  expect(await acme.client.models.retrieve(tuned)).toMatchObject({ decoding: deco });
  await set(null);
  expect(await acme.client.models.retrieve(tuned)).not.toHaveProperty('decoding');
});

test("a base model tells its operator's, and what its tuning found", async () => {
  const { client } = await gateway.tenant('asker');
  expect(await client.models.retrieve(baseModel)).not.toHaveProperty('decoding');
  gateway.inference.served.decoding = { strategy: 'deco', layers: { from: 1, to: 2 }, alpha: 0.4 };
  expect(await client.models.retrieve(baseModel)).toMatchObject({ decoding: deco, layers: 2 });
  expect(await client.models.retrieve(baseModel)).not.toHaveProperty('decoding.measured');
  const { served } = gateway.inference;
  const figures = { by: 'match', rows: 40, difference: 1.5 };
  served.decodingMeasured = { ...figures, intervalFrom: 0.2, intervalTo: 2.5 };
  const told = { decoding: { ...deco, measured: { ...figures, interval: [0.2, 2.5] } } };
  expect(await client.models.retrieve(baseModel)).toMatchObject(told);
  expect((await client.models.list()).data).toContainEqual(expect.objectContaining(told));
  delete served.decoding;
  delete served.decodingMeasured;
});
