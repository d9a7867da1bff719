import { beforeAll, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { addTunedModel } from '../testing/tuned-model.js';

const gateway = useGateway();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

const chat = (decoding: unknown) => {
  const messages = [{ role: 'user' as const, content: 'one' }];
  const body = { model: baseModel, messages, decoding };
  return tenant.client.chat.completions.create(body);
};
const complete = (decoding: unknown, more: object = {}) => {
  const body = { model: baseModel, prompt: 'one', decoding, ...more };
  return tenant.client.completions.create(body);
};

const used = { steps: 2, skipped: 0, changed: 0, layers: { 3: 1 } };

test('a strategy is passed on, and what it did told in usage', async () => {
  const decoding = { strategy: 'deco', layers: [19, 26], alpha: 0, top_k: null };
  for (const { usage } of [await chat(decoding), await complete(decoding)]) {
    expect(usage).toMatchObject({ completion_tokens: 2, decoding: used });
    expect(gateway.inference.requests.at(-1)!.sampling!.decoding).toMatchObject({
      strategy: 'deco',
      layers: { from: 19, to: 26 },
      alpha: 0,
    });
  }
  expect((await chat(null)).usage).not.toHaveProperty('decoding');
});

test('a stream tells it with its usage', async () => {
  const body = {
    model: baseModel,
    messages: [{ role: 'user' as const, content: 'one' }],
    decoding: { strategy: 'dola' },
    stream: true as const,
    stream_options: { include_usage: true },
  };
  const chunks = [];
  for await (const chunk of await tenant.client.chat.completions.create(body)) chunks.push(chunk);
  expect(chunks.at(-1)!.usage).toMatchObject({ decoding: used });
});

test.each([
  [{ strategy: 'beam' }, 'decoding.strategy'],
  [{}, 'decoding.strategy'],
  [{ strategy: 'deco', layers: [1] }, 'decoding.layers'],
  [{ strategy: 'none', alpha: 1 }, 'decoding.alpha'],
  [{ strategy: 'deco', layers: [-1, 3] }, 'decoding.layers'],
  [{ strategy: 'deco', alpha: 'much' }, 'decoding.alpha'],
  [{ strategy: 'deco', temperature: 1 }, 'decoding'],
])('%j is refused by name', async (decoding, name) => {
  await expect(chat(decoding)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining(name),
  });
});

test("a model's own strategy is taken where a request names none, and told", async () => {
  const own = { strategy: 'deco', layers: [1, 2] as [number, number], alpha: 0.4 } as const;
  const tuned = await addTunedModel(gateway.app, tenant, { decoding: own });
  const ask = async (model: string, decoding?: unknown) => {
    const messages = [{ role: 'user' as const, content: 'one' }];
    const body = { model, messages, decoding };
    const { usage } = await tenant.client.chat.completions.create(body);
    return { usage, sampling: gateway.inference.requests.at(-1)!.sampling! };
  };
  const asked = { strategy: 'deco', layers: { from: 1, to: 2 }, alpha: 0.4 };
  for (const none of [undefined, null, { beams: 2 }]) {
    const { usage, sampling } = await ask(tuned, none);
    expect(sampling.decoding).toMatchObject(asked);
    expect(usage).toMatchObject({ decoding: { ...used, default: true } });
  }
  const off = await ask(tuned, { strategy: 'none' });
  expect(off.sampling).toMatchObject({ decoding: null, ownDecoding: false });
  expect(off.usage).not.toHaveProperty('decoding');
  const other = await ask(tuned, { strategy: 'dola' });
  expect(other.sampling.decoding).toMatchObject({ strategy: 'dola' });
  expect(other.usage).not.toHaveProperty('decoding.default');
  // A base model's own is inference's to know.
  expect((await ask(baseModel)).sampling).toMatchObject({ decoding: null, ownDecoding: true });
  expect((await ask(baseModel, { strategy: 'none' })).sampling.ownDecoding).toBe(false);
});

test('prompts that are scored are scored as they are', async () => {
  const echo = { echo: true, logprobs: 1, max_tokens: 1, temperature: 0 };
  await expect(complete({ strategy: 'deco' }, echo)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('decoding'),
  });
});
