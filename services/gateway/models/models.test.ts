import { expect, test } from 'vitest';
import { useGateway } from '../testing/gateway.js';
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
