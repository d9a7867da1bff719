import { beforeAll, expect, test, vi } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel, contextLength } from '../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

interface Body {
  data: { embedding: number[] }[];
  usage: { prompt_tokens: number };
  error: { message: string; param: string; code: string };
}

async function ask(more: object, path = '/v1/embeddings', { key } = tenant) {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: baseModel, input: 'one two', ...more }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

const vectorsOf = ({ body }: Awaited<ReturnType<typeof ask>>): number[][] =>
  body.data.map(({ embedding }) => embedding);

test("OpenAI's client is answered, in floats and in its own base64", async () => {
  const request = { model: baseModel, input: ['one', 'one two three'], user: 'someone' };
  const floats = await tenant.client.embeddings.create({ ...request, encoding_format: 'float' });
  const bytes = await tenant.client.embeddings.create(request);
  expect(floats).toMatchObject({ object: 'list', model: baseModel });
  expect(floats.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
  expect(floats.data.map(({ index }) => index)).toEqual([0, 1]);
  // 3 4 12 has the length 13, 3 12 12 that of 3 sqrt(33).
  expect(floats.data[0]!.embedding).toEqual([3 / 13, 4 / 13, 12 / 13]);
  for (const [i, { embedding }] of floats.data.entries())
    expect(bytes.data[i]!.embedding).toEqual([...Float32Array.from(embedding)]);
});

test.each([
  ['a text', 'one two', [2]],
  ['texts', ['one', 'one two'], [1, 2]],
  ['token ids', [5, 6, 7], [3]],
  ['lists of token ids', [[5, 6], [7]], [2, 1]],
])('%s are embedded, pooled as asked', async (_, input, tokens) => {
  const raw = { input, normalize: false };
  const mean = await ask({ ...raw, pooling: null });
  expect(vectorsOf(mean)).toEqual(tokens.map((count) => [3, 4 * count, 12]));
  expect(mean.body.usage.prompt_tokens).toBe(tokens.reduce((a, b) => a + b));
  expect(vectorsOf(await ask({ ...raw, pooling: 'last' }))).toEqual(tokens.map(() => [3, 4, 12]));
});

test('fewer dimensions are the first ones, at unit length again', async () => {
  expect(vectorsOf(await ask({ input: 'one', dimensions: 2 }))).toEqual([[0.6, 0.8]]);
  const raw = { input: 'one', dimensions: 2, normalize: false };
  expect(vectorsOf(await ask(raw))).toEqual([[3, 4]]);
});

test('tokens are metered', async () => {
  const other = await gateway.tenant('counted');
  await ask({ input: ['one two', 'three'] }, '/v1/embeddings', other);
  await vi.waitFor(
    async () =>
      expect(await other.client.get<object>('/usage')).toMatchObject({
        prompt_tokens: 3,
        completion_tokens: 0,
      }),
    { timeout: 60_000, interval: 200 },
  );
});

test.each([
  [
    {
      input: Array(contextLength + 1)
        .fill('a')
        .join(' '),
    },
    'input',
    'context_length_exceeded',
  ],
  [{ input: Array(contextLength + 1).fill(7) }, 'input', 'context_length_exceeded'],
  [{ dimensions: 4 }, 'dimensions', 'invalid_value'],
  [{ dimensions: 0 }, 'dimensions'],
  [{ input: '' }, 'input'],
  [{ input: [] }, 'input'],
  [{ input: ['a', ''] }, 'input'],
  [{ input: ['a', 7] }, 'input'],
  [{ input: [[1], []] }, 'input'],
  [{ input: Array(257).fill('a') }, 'input'],
  [{ input: null }, 'input'],
  [{ pooling: 'max' }, 'pooling'],
  [{ encoding_format: 'int8' }, 'encoding_format'],
  [{ normalize: 1 }, 'normalize'],
])('refuses %j by name', async (more, param, code?: string) => {
  const { status, body } = await ask(more);
  expect(status).toBe(400);
  expect(body.error.param).toMatch(new RegExp(`^${param}`));
  if (code) expect(body.error.code).toBe(code);
});

const url = 'data:image/png;base64,iVBORw0KGgo=';
const part = { type: 'image_url', image_url: { url } };
test.each([
  [{ input: url }, 'input', 'is a picture: embeddings are made of texts alone'],
  [{ input: ['one', url] }, 'input.1', 'is a picture: embeddings are made of texts alone'],
  [{ input: part }, 'input', 'pictures are not embedded'],
  [{ input: ['one', part] }, 'input', 'pictures are not embedded'],
  [{ input: [{ type: 'input_image', image_url: url }] }, 'input', 'pictures are not embedded'],
  [{ messages: [{ role: 'user', content: [part] }] }, 'messages', 'is not a field'],
  [{ image: url }, 'image', 'is not a field'],
])('a picture is refused by its field: %j', async (more, param, message) => {
  const { status, body } = await ask(more);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ param, message: expect.stringContaining(message) as string });
});

test('a text about a picture is none', async () => {
  expect((await ask({ input: `see ${url}` })).status).toBe(200);
});

test('an unknown field is refused by its name', async () => {
  const { status, body } = await ask({ truncate_prompt_tokens: 5 });
  expect(status).toBe(400);
  expect(body.error.message).toContain('truncate_prompt_tokens');
});

test('a model that is not there is 404, and a path names the model, too', async () => {
  for (const model of ['nothing', `ft:${baseModel}:other::00000000`])
    expect(await ask({ model })).toMatchObject({
      status: 404,
      body: { error: { param: 'model', code: 'model_not_found' } },
    });
  expect((await ask({}, `/m/${baseModel}/v1/embeddings`)).status).toBe(200);
  expect((await ask({}, '/m/other/v1/embeddings')).status).toBe(400);
});
