import { beforeAll, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel, contextLength } from '../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

async function ask(path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: await response.json() };
}

const tokens = { count: 2, max_model_len: contextLength, tokens: [3, 4], token_strs: null };

test.each([
  ['/tokenize', { model: baseModel }],
  [`/m/${baseModel}/tokenize`, {}],
])('%s gives the ids of a text', async (path, named) => {
  expect(await ask(path, { ...named, prompt: 'one two', add_special_tokens: false })).toEqual({
    status: 200,
    body: tokens,
  });
  const spelt = await ask(path, { ...named, prompt: 'one two', return_token_strs: true });
  expect(spelt.body).toEqual({ ...tokens, token_strs: ['one', ' two'] });
});

test('a conversation has ids, and ids a text', async () => {
  const messages = [{ role: 'user', content: 'one' }];
  expect((await ask('/tokenize', { model: baseModel, messages })).status).toBe(200);
  expect((await ask(`/m/${baseModel}/detokenize`, { tokens: [5, 6] })).body).toEqual({
    prompt: '56',
  });
});

test('a tokenizer is described', async () => {
  const info = { eos_token: '</s>', chat_template: '{{ messages }}' };
  expect((await ask(`/m/${baseModel}/tokenizer_info`)).body).toEqual(info);
  expect((await ask(`/tokenizer_info?model=${baseModel}`)).body).toEqual(info);
});

test.each([
  ['/tokenize', { prompt: 'x' }, 400, 'model'],
  ['/tokenize', { model: 'nothing', prompt: 'x' }, 404, 'model'],
  ['/tokenize', { model: baseModel }, 400, 'prompt'],
  ['/tokenize', { model: baseModel, prompt: 'x', messages: [] }, 400, 'messages'],
  ['/tokenize', { model: baseModel, prompt: 'x', add_generation_prompt: false }, 400, undefined],
  ['/detokenize', { model: baseModel, tokens: [-1] }, 400, 'tokens.0'],
  ['/m/other/v1/completions', { model: baseModel, prompt: 'x' }, 400, 'model'],
])('%s refuses %j', async (path, body, status, param) => {
  expect(await ask(path, body)).toMatchObject({
    status,
    body: { error: { param: param ?? expect.any(String) } },
  });
});

test('completions are below a path that names the model, too', async () => {
  const { body } = await ask(`/m/${baseModel}/v1/completions`, { model: baseModel, prompt: 'x' });
  expect(body).toMatchObject({ choices: [{ text: 'base x' }] });
});

test('nobody else is told tokens', async () => {
  const response = await fetch(`${gateway.url}/m/${baseModel}/tokenizer_info`);
  expect(response.status).toBe(401);
});

test('health and version are told to anyone', async () => {
  for (const path of ['health', 'ping'])
    expect((await fetch(`${gateway.url}/${path}`)).status).toBe(200);
  expect(await (await fetch(`${gateway.url}/version`)).json()).toEqual({
    version: expect.stringMatching(/^\d+\.\d+/),
  });
});
