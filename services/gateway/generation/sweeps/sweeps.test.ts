import { beforeAll, expect, test, vi } from 'vitest';
import { type TestTenant, useGateway } from '../../testing/gateway.js';
import { baseModel } from '../../testing/inference.js';
import { addTunedModel } from '../../testing/tuned-model.js';
import type { SweepList } from './sweep-request.js';

const gateway = useGateway();
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

const row = (answer: string, more: object = {}) => ({
  messages: [{ role: 'user', content: 'Is it cold' }],
  answer,
  ...more,
});
const settings = [0, 0.5].map((alpha) => ({ layers: [1, 2], alpha }));

const sweep = (body: object, as = tenant): Promise<SweepList> =>
  as.client.post<SweepList>('/decoding/sweeps', {
    body: { model: baseModel, rows: [row('quite so')], settings, ...body },
  });

test('rows are told by settings, beside their wrong answers', async () => {
  const rows = [row('quite so'), row('it is', { wrong: ['no', 'it is not at all'] })];
  const { data, usage } = await sweep({ rows });
  expect(data[0]).toEqual({
    object: 'decoding.sweep',
    index: 0,
    tokens: 2,
    candidates: 2,
    log_prob: -2,
    greedy: 0,
    settings: [
      { log_prob: -2, greedy: 1, changed: 2, righted: 1, wronged: 0 },
      { log_prob: -4, greedy: 1, changed: 2, righted: 1, wronged: 0 },
    ],
  });
  // A shorter answer is likelier, and less so by alpha.
  expect(data[1]).toMatchObject({
    outranks: false,
    settings: [{ outranks: false }, { outranks: false }],
  });
  const { data: short } = await sweep({ rows: [row('so', { wrong: ['not so'] })] });
  expect(short[0]).toMatchObject({ outranks: true });
  // Each prompt once, and all that is said after it.
  expect(usage).toEqual({ prompt_tokens: 6, completion_tokens: 10, total_tokens: 16 });
});

test("a tuned model is its own tenant's alone", async () => {
  const tuned = await addTunedModel(gateway.app, tenant);
  expect((await sweep({ model: tuned })).data[0]).toMatchObject({ greedy: 2 });
  const other = await gateway.tenant('other');
  await expect(sweep({ model: tuned }, other)).rejects.toMatchObject({ status: 404 });
});

test('tokens are metered', async () => {
  const counted = await gateway.tenant('counted');
  await sweep({}, counted);
  await vi.waitFor(
    async () =>
      expect(await counted.client.get<object>('/usage')).toMatchObject({
        prompt_tokens: 3,
        completion_tokens: 2,
      }),
    { timeout: 60_000, interval: 200 },
  );
});

test.each([
  [{ rows: [] }, 'rows'],
  [{ rows: Array.from({ length: 17 }, () => row('so')) }, 'rows'],
  [{ rows: [{ ...row('so'), messages: [] }] }, 'rows.0.messages'],
  [{ rows: [row('so'), row('')] }, 'rows.1.answer'],
  [{ rows: [row('so'), row('long is it')] }, 'rows.1.answer'],
  [{ settings: [] }, 'settings'],
  [{ settings: [{ layers: [1, 2] }] }, 'settings.0.alpha'],
  [{ settings: [...settings, { layers: [1, 3], alpha: 1 }] }, 'settings.2.layers'],
  [{ decoding: {} }, null],
])('%j is refused by name', async (body, param) => {
  const refused = sweep(body);
  await expect(refused).rejects.toMatchObject({
    status: 400,
    ...(param === null ? {} : { param }),
  });
});
