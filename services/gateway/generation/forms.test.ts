// Answers of a form, and tools: what reaches inference, what comes back, and what is refused.

import { zodResponseFormat } from 'openai/helpers/zod';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';

const gateway = useGateway();
let acme: TestTenant;
beforeAll(async () => {
  acme = await gateway.tenant('acme');
});

const messages = [{ role: 'user' as const, content: 'Cold in Oslo?' }];

async function post(path: string, body: object) {
  const response = await fetch(`${gateway.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: baseModel, ...body }),
  });
  const { error } = (await response.json()) as { error?: { param: string; message: string } };
  return { status: response.status, param: error?.param, message: error?.message };
}
const chat = (body: object) => post('chat/completions', { messages, ...body });
const asked = () => gateway.inference.requests.at(-1)!;

const schema = { type: 'object', properties: { cold: { type: 'boolean' } } };
const jsonSchema = (changes: object = {}) => ({
  type: 'json_schema',
  json_schema: { name: 'answer', schema, ...changes },
});

describe.each([
  ['chat/completions', { messages }],
  ['completions', { prompt: 'Cold in Oslo?' }],
])('%s', (path, body) => {
  test.each([
    [{ response_format: { type: 'json_object' } }, { jsonObject: true }],
    [{ response_format: jsonSchema() }, { jsonSchema: JSON.stringify(schema) }],
    [
      { response_format: jsonSchema({ strict: true, description: 'x' }) },
      { jsonSchema: JSON.stringify(schema) },
    ],
    [{ guided_json: schema }, { jsonSchema: JSON.stringify(schema) }],
    [{ guided_json: '{"type":"null"}' }, { jsonSchema: '{"type":"null"}' }],
    [{ guided_regex: '[a-z]+' }, { regex: '[a-z]+' }],
    [{ guided_choice: ['yes', 'no'] }, { choice: { texts: ['yes', 'no'] } }],
    [{ guided_grammar: 'root ::= "a"' }, { grammar: 'root ::= "a"' }],
    [{ structured_outputs: { json: schema } }, { jsonSchema: JSON.stringify(schema) }],
    [{ structured_outputs: { regex: 'a' } }, { regex: 'a' }],
    [{ structured_outputs: { choice: ['a'] } }, { choice: { texts: ['a'] } }],
    [{ structured_outputs: { grammar: 'root ::= "a"' } }, { grammar: 'root ::= "a"' }],
    [{ structured_outputs: { json_object: true } }, { jsonObject: true }],
  ])('%j reaches inference', async (fields, form) => {
    expect(await post(path, { ...body, ...fields })).toMatchObject({ status: 200 });
    expect(asked().form).toMatchObject(form);
  });

  test.each([
    [{ response_format: { type: 'text' } }],
    [{ response_format: null, guided_json: null, structured_outputs: {} }],
    [{ structured_outputs: { json_object: false, json: null } }],
  ])('%j asks for nothing', async (fields) => {
    expect(await post(path, { ...body, ...fields })).toMatchObject({ status: 200 });
    expect(asked().form).toBeNull();
  });

  test.each([
    [{ response_format: { type: 'xml' } }, 'response_format.type'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ response_format: jsonSchema({ schema: 'x' }) }, 'response_format.json_schema.schema'],
    [{ response_format: jsonSchema({ name: 'a b' }) }, 'response_format.json_schema.name'],
    [{ guided_choice: [] }, 'guided_choice'],
    [{ guided_choice: 'yes' }, 'guided_choice'],
    [{ guided_regex: 5 }, 'guided_regex'],
    [{ structured_outputs: { structural_tag: '{}' } }, 'structured_outputs.structural_tag'],
    [{ structured_outputs: { other: 1 } }, 'structured_outputs.other'],
    [{ guided_regex: 'a', guided_choice: ['a'] }, 'guided_choice'],
    [
      { response_format: { type: 'json_object' }, structured_outputs: { regex: 'a' } },
      'structured_outputs.regex',
    ],
    [{ structured_outputs: { regex: 'a', choice: ['a'] } }, 'structured_outputs.choice'],
  ])('%j is refused by name', async (fields, param) => {
    expect(await post(path, { ...body, ...fields })).toMatchObject({ status: 400, param });
  });

  test.each([
    [{ guided_regex: 'refused' }, 'guided_regex'],
    [
      { response_format: jsonSchema({ schema: { title: 'refused' } }) },
      'response_format.json_schema.schema',
    ],
  ])('what inference refuses of %j has the name of the field', async (fields, param) => {
    expect(await post(path, { ...body, ...fields })).toMatchObject({
      status: 400,
      param,
      message: expect.stringContaining(`'${param}'`),
    });
  });
});

/** A schema in a schema, and so on. */
const nested = (depth: number): string =>
  `${'{"type":"array","items":'.repeat(depth)}{}${'}'.repeat(depth)}`;

describe('a schema that is too deep', () => {
  const TOOL = '[{"type":"function","name":"f","parameters":SCHEMA}]';
  const CHAT_TOOL = '[{"type":"function","function":{"name":"f","parameters":SCHEMA}}]';
  const RESPONSE = { input: 'Cold in Oslo?' };
  test.each([
    ['chat/completions', { messages }, 'guided_json', 'SCHEMA', ''],
    ['chat/completions', { messages }, 'structured_outputs', '{"json":SCHEMA}', '.json'],
    ['chat/completions', { messages }, 'tools', CHAT_TOOL, '.0.function.parameters'],
    [
      'completions',
      { prompt: 'Cold?' },
      'response_format',
      '{"type":"json_schema","json_schema":{"name":"x","schema":SCHEMA}}',
      '.json_schema.schema',
    ],
    ['responses', RESPONSE, 'tools', TOOL, '.0.parameters'],
    [
      'responses',
      RESPONSE,
      'text',
      '{"format":{"type":"json_schema","name":"x","schema":SCHEMA}}',
      '.format.schema',
    ],
  ])('of %s, %j, as %s, is refused by its field', async (path, body, field, value, rest) => {
    const start = JSON.stringify({ model: baseModel, ...body }).slice(0, -1);
    const ask = (depth: number) =>
      fetch(`${gateway.url}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' },
        body: `${start},"${field}":${value.replace('SCHEMA', nested(depth))}}`,
      });
    expect((await ask(200)).status).toBe(200);
    for (const depth of [600, 100_000]) {
      const response = await ask(depth);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { param: `${field}${rest}`, message: expect.stringContaining('at most 512 deep') },
      });
    }
  });
});

test("OpenAI's client parses what it has asked for", async () => {
  const answer = z.object({ cold: z.boolean() });
  const completion = await acme.client.chat.completions.parse({
    model: baseModel,
    messages,
    response_format: zodResponseFormat(answer, 'answer'),
  });
  expect(completion.choices[0]!.message.parsed).toEqual({ cold: true });
});

describe('tools', () => {
  const tool = (name: string) => ({
    type: 'function' as const,
    function: { name, description: 'd', parameters: { type: 'object', properties: {} } },
  });
  const tools = [tool('weather'), tool('time')];
  const wants = { model: baseModel, messages: [{ role: 'user' as const, content: 'call' }], tools };
  const named = { type: 'function' as const, function: { name: 'time' } };

  test('reach inference with what is said of their choice', async () => {
    for (const [fields, use] of [
      [{}, { choice: 'auto', name: '', single: false }],
      [{ tool_choice: 'none' }, { choice: 'none' }],
      [
        { tool_choice: 'required', parallel_tool_calls: false },
        { choice: 'required', single: true },
      ],
      [{ tool_choice: named }, { choice: 'required', name: 'time' }],
    ] as const) {
      expect(await chat({ tools, ...fields })).toMatchObject({ status: 200 });
      expect(asked().prompt!.chat!.toolUse).toMatchObject({
        ...use,
        tools: [
          { name: 'weather', definition: JSON.stringify(tool('weather').function) },
          { name: 'time' },
        ],
      });
    }
    for (const fields of [{}, { tools: [], tool_choice: 'auto' }, { tool_choice: 'none' }]) {
      expect(await chat(fields)).toMatchObject({ status: 200 });
      expect(asked().prompt!.chat!.toolUse).toBeNull();
    }
  });

  test('that are asked are told whole', async () => {
    const { choices } = await acme.client.chat.completions.create(wants);
    expect(choices).toMatchObject([
      {
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"n":1}' } },
          ],
        },
      },
    ]);
  });

  test('that are asked are told in a stream, by their index', async () => {
    const stream = acme.client.chat.completions.stream(wants);
    const deltas = [];
    for await (const { choices } of stream) deltas.push(choices[0]!);
    expect(deltas.at(-1)).toMatchObject({
      finish_reason: 'tool_calls',
      delta: { tool_calls: [{ index: 0, id: 'call_1', type: 'function' }] },
    });
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]!.message.tool_calls).toMatchObject([{ function: { name: 'weather' } }]);
  });

  test("are run by OpenAI's client until there is an answer", async () => {
    const runner = acme.client.chat.completions.runTools({
      ...wants,
      tools: [
        {
          type: 'function',
          function: {
            ...tool('weather').function,
            function: () => 'three degrees',
            parse: JSON.parse,
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('base three degrees');
  });

  test.each([
    [{ tools: [{ type: 'custom' }] }, 'tools.0.type'],
    [{ tools: [tool('a b')] }, 'tools.0.function.name'],
    [{ tools: [tool('a'), tool('a')] }, 'tools.1.function.name'],
    [{ tools, tool_choice: 'any' }, 'tool_choice'],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [
      { tools, tool_choice: { type: 'function', function: { name: 'x' } } },
      'tool_choice.function.name',
    ],
    [{ tools, guided_regex: 'a' }, 'guided_regex'],
    [{ tools, response_format: { type: 'json_object' } }, 'response_format'],
    [{ functions: [{ name: 'x' }] }, 'functions'],
  ])('%j is refused by name', async (fields, param) => {
    expect(await chat(fields)).toMatchObject({ status: 400, param });
  });

  test('that are only shown go with a form', async () => {
    expect(await chat({ tools, tool_choice: 'none', guided_regex: 'a' })).toMatchObject({
      status: 200,
    });
  });

  test('are unknown to text completions', async () => {
    expect(await post('completions', { prompt: 'x', tools })).toMatchObject({
      status: 400,
      param: 'tools',
    });
  });
});
