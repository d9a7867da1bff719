import { status } from '@grpc/grpc-js';
import type OpenAI from 'openai';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReadKnowledgeBase } from '#client/types.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { type TestTenant, useGateway } from '../../testing/gateway.js';
import { baseModel } from '../../testing/inference.js';
import { changeBase, createBase } from '../../testing/knowledge-base.js';
import { addTunedModel } from '../../testing/tuned-model.js';

const gateway = useGateway();
let acme: TestTenant;
let other: TestTenant;
let base: ReadKnowledgeBase;
/** A tuned model of acme's, whose answers are made from the base. */
let tuned: string;

beforeAll(async () => {
  acme = await gateway.tenant('acme');
  other = await gateway.tenant('other');
});
beforeEach(async () => {
  base = await createBase(acme, [
    { id: 'd1', type: 'disease', name: 'Measles', attributes: { symptoms: ['fever', 'rash'] } },
  ]);
  const grounding = { min_mass: -0.3, margin: 1 };
  tuned = await addTunedModel(gateway.app, acme, { knowledgeBaseId: base.id, grounding });
  delete gateway.inference.grounding.before;
  delete gateway.inference.grounding.midway;
});

type Completion = OpenAI.ChatCompletion;
const question = (content: string) => [{ role: 'user' as const, content }];
const chat = (content: string, body: object = {}, tenant = acme): Promise<Completion> =>
  tenant.client.chat.completions.create({
    model: tuned,
    messages: question(content),
    ...body,
  } as OpenAI.ChatCompletionCreateParamsNonStreaming);
const named = (id = base.id, more: object = {}) => ({ knowledge: { knowledge_base: id, ...more } });
const lastRequest = () => gateway.inference.requests.at(-1)!;
const edit = () =>
  changeBase(acme, base.id, { op: 'set', entity: 'd1', attribute: 'symptoms', values: ['spots'] });
const drop = () => acme.client.delete(`/knowledge_bases/${base.id}`);

const link = { entity_id: 'd1', entity: 'Measles', attribute: 'symptoms' };
const candidates = [{ entity_id: 'd1', name: 'Measles', type: 'disease', score: 7.5 }];
const grounded = (version = 1) => ({
  annotations: [
    {
      type: 'kb_citation',
      kb_citation: {
        knowledge_base: base.id,
        version,
        ...link,
        values: ['fever', 'rash'],
        values_left_out: 0,
        start_index: 5,
        end_index: 16,
      },
    },
  ],
  knowledge: {
    knowledge_base: base.id,
    version,
    status: 'grounded',
    link,
    mass: -0.25,
    margin: 100,
    candidates,
    guarded: false,
  },
});

const erased = () => new RpcError(status.NOT_FOUND, 'the base is erased');

/** Changes or deletes the base while it is asked, which inference then finds no more. */
function meanwhile(happens: () => Promise<unknown>, times = 1): void {
  let left = times;
  gateway.inference.grounding.before = async () => {
    if (left-- <= 0) return;
    await happens();
    throw erased();
  };
}

describe('an answer from a knowledge base', () => {
  test('has the citation and what was found, in its message', async () => {
    const { choices } = await chat('symptoms?');
    expect(choices).toEqual([
      expect.objectContaining({
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content: 'See. fever; rash',
          refusal: null,
          ...grounded(),
        },
      }),
    ]);
  });

  test('is of each choice', async () => {
    const { choices } = await chat('symptoms?', { n: 2 });
    expect(choices.map(({ message }) => message)).toMatchObject([grounded(), grounded()]);
  });

  test('that says that there is none cites nothing', async () => {
    const { choices } = await chat('unknown');
    expect(choices[0]!.message).toEqual({
      role: 'assistant',
      content: 'I do not know it.',
      refusal: null,
      annotations: [],
      knowledge: {
        ...grounded().knowledge,
        status: 'not_found',
        link: null,
        mass: -9,
        margin: 0,
      },
    });
  });

  test('tells where the row stands in the place of what was said', async () => {
    const { choices } = await chat('guarded');
    expect(choices[0]!.message).toMatchObject({ knowledge: { guarded: true } });
  });

  test('is streamed with both in its last delta, once', async () => {
    const stream = await acme.client.chat.completions.create({
      model: tuned,
      messages: question('symptoms?'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const deltas = [];
    for await (const { choices } of stream) deltas.push(...choices.map(({ delta }) => delta));
    expect(deltas).toEqual([
      { role: 'assistant', content: '' },
      { content: 'See. ' },
      { content: 'fever; rash', ...grounded() },
    ]);
    const final = await acme.client.chat.completions
      .stream({ model: tuned, messages: question('symptoms?') })
      .finalMessage();
    expect(final).toMatchObject({ content: 'See. fever; rash', ...grounded() });
  });

  test('comes back with the next question', async () => {
    const { choices } = await chat('symptoms?');
    const messages = [...question('symptoms?'), choices[0]!.message, ...question('and?')];
    await chat('', { messages });
    expect(lastRequest().prompt!.chat!.messages).toMatchObject([
      { content: 'symptoms?' },
      { role: 'assistant', content: 'See. fever; rash' },
      { content: 'and?' },
    ]);
  });

  test('is refused where inference makes it from nothing', async () => {
    const refusal = { status: 503, code: 'service_unavailable' };
    await expect(chat('release')).rejects.toMatchObject(refusal);
  });
});

describe('the base', () => {
  test("is the model's own, at its newest version", async () => {
    await chat('symptoms?');
    const before = lastRequest().knowledge!;
    expect(before).toMatchObject({
      base: {
        space: expect.stringMatching(/^kbv-/),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      candidates: 0,
      minMass: -0.3,
      margin: 1,
      wording: '',
    });
    await edit();
    const { choices } = await chat('symptoms?');
    expect(choices[0]!.message).toMatchObject(grounded(2));
    expect(lastRequest().knowledge!.base).not.toEqual(before.base);
  });

  test('and its settings are what the request says', async () => {
    const second = await createBase(acme, [{ id: 'd9', name: 'Mumps' }]);
    const asked = { candidates: 5, margin: 0, min_mass: null, wording: 'rows' };
    const { choices } = await chat('symptoms?', named(second.id, asked));
    expect(choices[0]!.message).toMatchObject({ knowledge: { knowledge_base: second.id } });
    expect(lastRequest().knowledge).toMatchObject({
      candidates: 5,
      minMass: -0.3,
      margin: 0,
      wording: 'rows',
    });
  });

  test('may be asked by any model', async () => {
    const { choices } = await chat('symptoms?', { model: baseModel, ...named() });
    expect(choices[0]!.message).toMatchObject(grounded());
    await chat('symptoms?', { model: baseModel });
    expect(lastRequest().knowledge).toBeNull();
  });

  test('of before a change is in the memory of inference no more', async () => {
    const { forgotten } = gateway.inference;
    const before = forgotten.length;
    await edit();
    expect(forgotten.slice(before)).toEqual([acme.id]);
  });

  test('must be named where the model has none', async () => {
    const knowledge = { candidates: 5 };
    await expect(chat('x', { model: baseModel, knowledge })).rejects.toMatchObject({
      status: 400,
      param: 'knowledge.knowledge_base',
    });
  });

  test("that is none, or another tenant's, is not found", async () => {
    const refusal = {
      status: 404,
      code: 'knowledge_base_not_found',
      param: 'knowledge.knowledge_base',
    };
    const anyModel = { model: baseModel };
    await expect(chat('x', named('kb-0'))).rejects.toMatchObject(refusal);
    await expect(chat('x', { ...anyModel, ...named() }, other)).rejects.toMatchObject(refusal);
  });

  test('of a model is missed where it was deleted: the model does not answer without', async () => {
    await drop();
    const refusal = { status: 409, code: 'knowledge_base_missing', param: 'model' };
    await expect(chat('symptoms?')).rejects.toMatchObject(refusal);
    await expect(chat('symptoms?', { stream: true })).rejects.toMatchObject(refusal);
    await expect(
      acme.client.responses.create({ model: tuned, input: 'symptoms?' }),
    ).rejects.toMatchObject(refusal);
    expect(await acme.client.models.retrieve(tuned)).toMatchObject({
      knowledge: { knowledge_base: base.id },
    });
    const second = await createBase(acme, [{ id: 'd9', name: 'Mumps' }]);
    await chat('symptoms?', named(second.id));
  });
});

describe('a base that changes while it is asked', () => {
  test('is asked again at its newest version', async () => {
    meanwhile(edit);
    const { choices } = await chat('symptoms?', { n: 2 });
    expect(choices.map(({ message }) => message)).toMatchObject([grounded(2), grounded(2)]);
  });

  test('again and again is given up', async () => {
    meanwhile(edit, 5);
    const refusal = { status: 409, code: 'knowledge_base_changed' };
    await expect(chat('symptoms?')).rejects.toMatchObject(refusal);
  });

  test('ends a stream that has told of the version before', async () => {
    gateway.inference.grounding.midway = async () => {
      await edit();
      throw erased();
    };
    const stream = await acme.client.chat.completions.create({
      model: tuned,
      messages: question('symptoms?'),
      stream: true,
    });
    const told: (string | null | undefined)[] = [];
    const read = async (): Promise<void> => {
      for await (const { choices } of stream) told.push(choices[0]!.delta.content);
    };
    await expect(read()).rejects.toMatchObject({ code: 'knowledge_base_changed' });
    expect(told).toEqual(['', 'See. ']);
  });

  test('is missed where it is gone', async () => {
    meanwhile(drop);
    await expect(chat('symptoms?')).rejects.toMatchObject({ code: 'knowledge_base_missing' });
    meanwhile(async () => {});
    await expect(chat('x', named())).rejects.toMatchObject({ code: 'knowledge_base_not_found' });
  });

  test('is not taken for a model that is gone', async () => {
    meanwhile(async () => {});
    await expect(chat('symptoms?')).rejects.toMatchObject({ code: 'model_not_found' });
  });
});

describe('with a base', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }];
  test.each([
    [{ tools }, 'tools'],
    [{ response_format: { type: 'json_object' } }, 'response_format'],
    [{ guided_regex: 'a+' }, 'guided_regex'],
    [{ use_beam_search: true, temperature: 0 }, 'use_beam_search'],
    [{ decoding: { beams: 2 }, temperature: 0 }, 'decoding.beams'],
    [{ decoding: { strategy: 'cad', without: 'x' } }, 'decoding.strategy'],
    [{ logprobs: true }, 'logprobs'],
    [{ return_token_ids: true }, 'return_token_ids'],
    [{ messages: [{ role: 'system', content: 'x' }] }, 'messages'],
    [{ knowledge: { candidates: 0 } }, 'knowledge.candidates'],
    [{ knowledge: { min_mass: 1 } }, 'knowledge.min_mass'],
    [{ knowledge: { wording: 'own' } }, 'knowledge.wording'],
    [{ knowledge: { base: 'x' } }, 'knowledge.base'],
  ])('chat refuses %j by the field', async (wrong, param) => {
    await expect(chat('x', wrong)).rejects.toMatchObject({ status: 400, param });
  });

  test.each([
    [{ tools: [{ type: 'function', name: 'f' }] }, 'tools'],
    [{ text: { format: { type: 'json_object' } } }, 'text.format'],
    [{ include: ['message.output_text.logprobs'] }, 'include'],
    [{ input: [{ role: 'system', content: 'x' }] }, 'input'],
  ])('responses refuse %j by the field', async (wrong, param) => {
    const body = { model: tuned, input: 'x', ...wrong };
    await expect(acme.client.responses.create(body as never)).rejects.toMatchObject({
      status: 400,
      param,
    });
  });

  test('text completions do not answer, but are scored', async () => {
    const complete = (body: object) =>
      acme.client.completions.create({ model: tuned, prompt: 'one two', ...body } as never);
    await expect(complete({})).rejects.toMatchObject({ status: 400, param: 'prompt' });
    await expect(complete({ echo: true })).rejects.toMatchObject({ status: 400, param: 'prompt' });
    await expect(complete({ model: baseModel, ...named() })).rejects.toMatchObject({
      status: 400,
      param: 'knowledge',
    });
    const scored = await complete({ echo: true, logprobs: 1, max_tokens: 0 });
    expect(scored.choices[0]!.text).toBe('one two');
  });
});

describe('responses', () => {
  test('have the citation with their text, and what was found with their message', async () => {
    const { annotations, knowledge } = grounded();
    const response = await acme.client.responses.create({ model: tuned, input: 'symptoms?' });
    expect(response.output).toMatchObject([
      { type: 'message', content: [{ text: 'See. fever; rash', annotations }], knowledge },
    ]);
    const body = { model: baseModel, input: 'symptoms?', ...named() };
    const stream = await acme.client.responses.create({
      ...body,
      stream: true,
    } as OpenAI.Responses.ResponseCreateParamsStreaming);
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'response.output_text.annotation.added',
        annotation_index: 0,
        annotation: annotations[0],
      }),
    );
    expect(events.at(-1)).toMatchObject({ response: { output: [{ knowledge }] } });
    const next = [...question('symptoms?'), ...response.output, ...question('and?')];
    await acme.client.responses.create({ model: tuned, input: next as never });
    expect(lastRequest().prompt!.chat!.messages).toHaveLength(3);
  });
});
