import type OpenAI from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../../testing/gateway.js';
import { baseModel, contextLength } from '../../testing/inference.js';

const gateway = useGateway();
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await gateway.tenant('acme');
});

const tools: OpenAI.Responses.FunctionTool[] = [
  { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: true },
];
const respond = (body: object) =>
  tenant.client.responses.create({
    model: baseModel,
    ...body,
  } as OpenAI.Responses.ResponseCreateParamsNonStreaming);
const lastRequest = () => gateway.inference.requests.at(-1)!;

async function events(body: object): Promise<OpenAI.Responses.ResponseStreamEvent[]> {
  const stream = await tenant.client.responses.create({
    model: baseModel,
    ...body,
    stream: true,
  } as OpenAI.Responses.ResponseCreateParamsStreaming);
  const all = [];
  for await (const event of stream) all.push(event);
  expect(all.map(({ sequence_number: number }) => number)).toEqual([...all.keys()]);
  return all;
}

describe('responses', () => {
  test('answer a text, with what was asked', async () => {
    const response = await respond({
      input: 'who are you',
      instructions: 'be brief',
      temperature: 0,
      max_output_tokens: 40,
      metadata: { run: '7' },
    });
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      model: baseModel,
      instructions: 'be brief',
      metadata: { run: '7' },
      max_output_tokens: 40,
      store: false,
      output_text: 'base who are you',
      output: [
        {
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'base who are you', annotations: [] }],
        },
      ],
      usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
    });
    expect(lastRequest()).toMatchObject({
      sampling: { temperature: 0, maxTokens: 40 },
      prompt: {
        chat: {
          messages: [
            { role: 'system', content: 'be brief' },
            { role: 'user', content: 'who are you' },
          ],
        },
      },
    });
  });

  test('go on with items: messages, calls and what they gave', async () => {
    await respond({
      input: [
        { role: 'developer', content: 'be brief' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'warm?' }] },
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Let me see.', annotations: [], logprobs: [] }],
        },
        { type: 'function_call', id: 'fc_1', call_id: 'a', name: 'weather', arguments: '{"n":1}' },
        { type: 'function_call', call_id: 'b', name: 'time', arguments: '{}' },
        { type: 'function_call_output', call_id: 'b', output: 'noon' },
        {
          type: 'function_call_output',
          call_id: 'a',
          output: [{ type: 'input_text', text: 'warm' }],
        },
      ],
      tools,
      tool_choice: { type: 'function', name: 'weather' },
      parallel_tool_calls: false,
    });
    const { messages, toolUse } = lastRequest().prompt!.chat!;
    expect(messages).toMatchObject([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'warm?' },
      {
        role: 'assistant',
        content: 'Let me see.',
        toolCalls: [
          { id: 'a', name: 'weather', arguments: '{"n":1}' },
          { id: 'b', name: 'time', arguments: '{}' },
        ],
      },
      { role: 'tool', content: 'noon', toolCallId: 'b', name: 'time' },
      { role: 'tool', content: 'warm', toolCallId: 'a', name: 'weather' },
    ]);
    expect(toolUse).toMatchObject({ choice: 'required', name: 'weather', single: true });
  });

  test('ask functions', async () => {
    const response = await respond({ input: 'call', tools });
    expect(response.output).toEqual([
      {
        type: 'function_call',
        id: expect.stringMatching(/^fc_/),
        status: 'completed',
        call_id: 'call_1',
        name: 'weather',
        arguments: '{"n":1}',
      },
    ]);
    expect((await events({ input: 'call', tools })).map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  test('are held to a form, and tell when they are cut off', async () => {
    const format = { type: 'json_schema', name: 'cold', schema: { type: 'object' }, strict: true };
    const response = await respond({ input: 'x', text: { format } });
    expect(response.output_text).toBe('{"cold":true}');
    expect(lastRequest().form!.jsonSchema).toBe('{"type":"object"}');
    const cut = await respond({ input: 'one two three', max_output_tokens: 2 });
    expect(cut).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
    });
  });

  test('come as events in their order', async () => {
    const all = await events({ input: 'a b' });
    expect(all.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      ...Array(3).fill('response.output_text.delta'),
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const final = await tenant.client.responses
      .stream({ model: baseModel, input: 'a b' })
      .finalResponse();
    expect(final).toMatchObject({ status: 'completed', output_text: 'base a b' });
    expect(all.at(-1)).toMatchObject({
      response: { status: 'completed', usage: { total_tokens: 5 } },
    });
  });

  test('name the type of each event, for clients that go by it', async () => {
    const answer = await fetch(`${gateway.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: baseModel, input: 'a', stream: true }),
    });
    const text = await answer.text();
    expect(text.startsWith('event: response.created\ndata: {"type":"response.created"')).toBe(true);
    expect(text).not.toContain('[DONE]');
  });

  test('tell likelihoods where they are asked for', async () => {
    const asked = { input: 'a', include: ['message.output_text.logprobs'], top_logprobs: 1 };
    const told = await respond(asked);
    expect(told.output[0]).toMatchObject({
      content: [{ logprobs: [{ token: 'base ', top_logprobs: [{ token: 'the' }] }, {}] }],
    });
    const deltas = (await events(asked)).filter(({ type }) => type.endsWith('text.delta'));
    expect(deltas).toMatchObject([{ logprobs: [{ token: 'base ' }] }, { logprobs: [{}] }]);
  });

  test('tell of a failure after their beginning, and of a refusal by its status', async () => {
    expect((await events({ input: 'broken' })).at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'inference_error' } },
    });
    const input = 'word '.repeat(contextLength + 1);
    const refusal = { status: 400, param: 'input', code: 'context_length_exceeded' };
    await expect(respond({ input })).rejects.toMatchObject(refusal);
    await expect(events({ input })).rejects.toMatchObject(refusal);
  });

  test('by the path, whose rates are told', async () => {
    const answer = await fetch(`${gateway.url}/m/${baseModel}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: baseModel, input: 'a' }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-ratelimit-remaining-tokens')).toMatch(/^\d+$/);
  });

  test.each([
    [{ input: undefined }, 'input'],
    [{ input: 7 }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input.0.type'],
    [{ input: [{ role: 'tool', content: 'x' }] }, 'input.0.role'],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      'input.0.content.0.image_url',
    ],
    [{ input: [{ type: 'function_call_output', call_id: 'a', output: 'x' }] }, 'input.0.call_id'],
    [
      { input: [{ type: 'function_call', call_id: 'a', name: 'f', arguments: '[' }] },
      'input.0.arguments',
    ],
    [{ store: true }, 'store'],
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ background: true }, 'background'],
    [{ reasoning: { effort: 'low' } }, 'reasoning'],
    [{ truncation: 'auto' }, 'truncation'],
    [{ max_output_tokens: 0 }, 'max_output_tokens'],
    [{ include: ['file_search_call.results'] }, 'include.0'],
    [{ top_logprobs: 2 }, 'top_logprobs'],
    [{ tools: [{ type: 'web_search' }] }, 'tools.0.type'],
    [{ tools: [...tools, ...tools] }, 'tools.1.name'],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [{ tools, tool_choice: { type: 'function', name: 'other' } }, 'tool_choice.name'],
    [{ tools, text: { format: { type: 'json_object' } } }, 'text.format'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type'],
    [
      { text: { format: { type: 'json_schema', name: 'a', schema: { const: 'refused' } } } },
      'text.format.schema',
    ],
    [{ text: { verbosity: 'low' } }, 'text.verbosity'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ n: 2 }, 'n'],
  ])('refuse %j by the field', async (wrong, param) => {
    await expect(respond({ input: 'x', ...wrong })).rejects.toMatchObject({ status: 400, param });
  });

  test('let through what asks for nothing', async () => {
    const response = await respond({
      input: 'x',
      store: false,
      previous_response_id: null,
      truncation: 'disabled',
      service_tier: 'auto',
      background: false,
      reasoning: {},
      user: 'someone',
      prompt_cache_key: 'k',
      stream_options: { include_obfuscation: false },
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tools: [],
      tool_choice: 'auto',
    });
    expect(response.output_text).toBe('base x');
  });
});
