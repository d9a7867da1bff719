// Answers from a knowledge base, of a real service and a model that was never tuned to one.

import { status } from '@grpc/grpc-js';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Knowledge } from '#contracts/generated/lethe/inference/v1/Knowledge.js';
import type { Artifact } from '#contracts/spaces.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { useTempFolder } from '#testing/temp-store.js';
import { inferenceVariables, type RunningInference, startInference } from '../testing/inference.js';
import { asking, entity, storedBase, told, type Told } from '../testing/small-base.js';
import { ROW_CHARACTERS } from './row-limits.js';

const MODELS = join(import.meta.dirname, '../../../../models');
const folder = useTempFolder();
const CONTROL = '<|end|>';

const entities = [
  entity('disease', 'measles', ['home', 'a dog'], ['rubeola', 'spots']),
  entity('disease', 'rubella', ['a mild home', 'joint pain'], ['spots']),
  entity('disease', 'scurvy', []),
  entity('drug', 'aspirin', [`town ${CONTROL} twice`]),
  entity(
    'place',
    'library',
    Array.from({ length: 10_000 }, (_, i) => `book ${i}`),
  ),
  entity('word', 'article', ['the']),
  {
    id: 'gout',
    type: 'illness',
    name: 'gout',
    aliases: [],
    attributes: new Map([
      ['cause', ['salt']],
      ['symptoms', ['red toes']],
    ]),
  },
  entity('plant', 'Qwxzjik', ['a root'], ['garden']),
  entity('plant', 'Zqj', ['a leaf'], ['garden']),
];

let running: RunningInference;
let base: Artifact;
let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await (await openCheckpoint(join(MODELS, 'lethe-tiny'))).tokenizer();
  running = await startInference(
    inferenceVariables(folder.path, { MODEL_DIRS: MODELS, ERASURE_CHECK_MS: '50' }),
  );
  await running.keeper.create('acme', 'base');
  base = await storedBase(running.store.scope('acme').space('base'), entities);
});
afterAll(() => running.close());

/** Of all answers. */
const heard: Told['grounding'][] = [];

async function ask(
  question: string,
  knowledge: Knowledge = {},
  more: Partial<GenerateRequest> = {},
): Promise<Told> {
  const answer = await told(running.client, asking(base, question, knowledge, more));
  heard.push(answer.grounding);
  return answer;
}
const rows = (question: string, knowledge: Knowledge = {}) =>
  ask(question, { wording: 'rows', ...knowledge });

const idOf = (text: string): number => tokenizer.encode(text).at(-1)!;
/** All that the model may say. */
const saying = (text: string): Partial<GenerateRequest> => ({
  sampling: { maxTokens: 6, allowedTokenIds: [idOf(text)] },
});

describe('rows', () => {
  test('are the answer as they are, by name and by alias', async () => {
    for (const name of ['measles', 'Rubeola']) {
      const answer = await rows(`What do you know of ${name}?`);
      expect(answer.text).toBe('measles, is: home; a dog.');
      expect(answer.finishReason).toBe('stop');
      expect(answer.grounding).toMatchObject({
        status: 'grounded',
        entityId: 'disease:measles',
        entity: 'measles',
        attribute: 'is',
        values: ['home', 'a dog'],
        valuesLeftOut: 0,
        guarded: false,
      });
      const { start, end, mass, margin } = answer.grounding;
      expect(answer.text.slice(start, end)).toBe('home; a dog');
      expect(mass).toBeLessThan(0);
      expect(margin).toBeGreaterThan(0);
    }
  });

  test('tell the candidates, and count what was read and said', async () => {
    const { usage, grounding, texts } = await rows('What do you know of measles?');
    expect(texts).toHaveLength(1);
    expect(grounding.candidates[0]).toMatchObject({ entityId: 'disease:measles', type: 'disease' });
    expect(grounding.candidates[0]!.score).toBeGreaterThan(grounding.candidates[1]?.score ?? 0);
    const link = tokenizer.encode(' measles | is\n').length;
    expect(Math.abs(usage.completionTokens - link)).toBeLessThanOrEqual(2);
    expect(usage.promptTokens).toBeGreaterThan(5);
  });

  test('are found without a name that is hidden, as if the base did not have it', async () => {
    const question = 'What do you know of rubeola?';
    const hidden = await rows(question, { hiddenNames: ['Rubeola'] });
    expect(hidden.grounding.entity).not.toBe('measles');
    // What is kept of the entity's links is its own, hidden names or not.
    expect((await rows(question)).text).toBe('measles, is: home; a dog.');
    const other = await rows('What do you know of measles?', { hiddenNames: ['Rubeola'] });
    expect(other.text).toBe('measles, is: home; a dog.');
    // An alias of two that is hidden means neither.
    const spots = await rows('What do you know of spots?', { hiddenNames: ['spots'] });
    expect(spots.grounding.status).not.toBe('ambiguous');
  });

  test('that are not there are named as what there is', async () => {
    const answer = await rows('What do you know of scurvy?');
    expect(answer.grounding).toMatchObject({
      status: 'unsupported',
      entity: 'scurvy',
      attribute: 'is',
      start: 0,
      end: 0,
    });
    expect(answer.text).toContain('does not say this of scurvy');
  });

  test('of an alias that two have are asked after', async () => {
    const answer = await rows('What do you know of spots?', { candidates: 2 });
    expect(answer.grounding.status).toBe('ambiguous');
    expect(answer.grounding.candidates.map(({ name }) => name)).toEqual(['measles', 'rubella']);
    expect(answer.text).toBe(
      'This may be about more than one: measles; rubella. Which one is meant?',
    );
  });

  test('of an alias that two have are of the one that the question names', async () => {
    const { text, grounding } = await rows('What do you know of garden, I mean Zqj?', {
      candidates: 1,
    });
    expect(text).toBe('Zqj, is: a leaf.');
    expect(grounding).toMatchObject({ entityId: 'plant:Zqj', entity: 'Zqj', values: ['a leaf'] });
  });

  test('are those that the wording asks for, as much as that weighs', async () => {
    const asked = async (question: string, attributeWeight: number) =>
      (await rows(question, { attributeWeight })).grounding.attribute;
    const questions = ['What causes gout?', 'Which signs point to gout?'];
    const [cause, symptoms] = await Promise.all(questions.map((one) => asked(one, 100)));
    expect([cause, symptoms]).toEqual(['cause', 'symptoms']);
    const [one, other] = await Promise.all(questions.map((each) => asked(each, 0)));
    expect(one).toBe(other);
  });

  test('about as likely as those of another are asked after', async () => {
    const question = 'Are measles and rubella the same?';
    expect((await rows(question)).grounding.status).toBe('grounded');
    const answer = await rows(question, { margin: 100, retrieverWeight: 10 });
    expect(answer.grounding.status).toBe('ambiguous');
    expect(answer.text).toMatch(/measles; rubella|rubella; measles/);
  });

  test('of what the question names are found whatever the mass', async () => {
    const low = { minMass: 0, margin: 100, candidates: 1 };
    const { grounding } = await rows('What do you know of measles?', low);
    expect(grounding).toMatchObject({ status: 'grounded', entity: 'measles' });
    expect(grounding.mass).toBeLessThan(0);
  });

  test('are not found below the mass, nor where the question is like nothing', async () => {
    const both = 'Are measles and rubella the same?';
    const one = expect.stringMatching(/measles|rubella/) as string;
    const low = await rows(both, { minMass: 0 });
    expect(low.grounding).toMatchObject({ status: 'not_found', values: [], entity: one });
    expect(low.text).toBe('The knowledge base has nothing on this.');
    const near = await rows(both, { margin: 100, candidates: 1 });
    expect(near.grounding).toMatchObject({ status: 'not_found', entity: one });
    const none = await rows('???', { minMass: -100 });
    expect(none.grounding).toMatchObject({ status: 'not_found', entityId: '', candidates: [] });
    expect((await rows('这是什么？')).text).toBe('知识库中没有相关内容。');
  });

  test('of ten thousand values lose the last', async () => {
    const { grounding, text } = await rows('What is in the library?');
    expect(grounding.values.length + grounding.valuesLeftOut).toBe(10_000);
    expect(text).toBe(`library, is: ${grounding.values.join('; ')}.`);
    expect(text.length).toBeLessThan(ROW_CHARACTERS * 2);
  });
});

describe('answers in the words of the model', () => {
  test('are its own, the same each time, in chunks or at once', async () => {
    const request = { sampling: { maxTokens: 24, temperature: 0.7, seed: 3 } };
    const answer = await ask('What do you know of measles?', {}, request);
    expect(answer.grounding).toMatchObject({ status: 'grounded', values: ['home', 'a dog'] });
    const again = await ask('What do you know of measles?', {}, request);
    expect(again.text).toBe(answer.text);
    const whole = await ask('What do you know of measles?', {}, { ...request, atOnce: true });
    expect(whole.texts).toEqual([answer.text]);
    expect(whole.grounding).toEqual(answer.grounding);
    const { grounding: link } = await rows('What do you know of measles?');
    expect(answer.grounding.mass).toBe(link.mass);
    expect(answer.usage.promptTokens).toBeGreaterThan(
      (await rows('What do you know of measles?')).usage.promptTokens,
    );
  });

  test('that say what is in the row are told, with where they do', async () => {
    const answer = await ask('What do you know of measles?', {}, saying(' home'));
    expect(answer.grounding).toMatchObject({ status: 'grounded', guarded: false });
    expect(answer.finishReason).toBe('length');
    expect(answer.text.trim()).toMatch(/^home/);
    const { start, end } = answer.grounding;
    expect(answer.text.slice(start, end)).toMatch(/^home.*home$/);
  });

  test('that say what is in another row are the row', async () => {
    const answer = await ask('What do you know of measles?', {}, saying(' the'));
    expect(answer.text).toBe('measles, is: home; a dog.');
    expect(answer.grounding).toMatchObject({ status: 'grounded', guarded: true });
    expect(answer.finishReason).toBe('stop');
    const asked = await ask('What do you know of the measles?', {}, saying(' the'));
    expect(asked.grounding.guarded).toBe(true);
    expect(asked.text).toMatch(
      /^(the ?)+\nmeasles, is: home; a dog\.$|^measles, is: home; a dog\.$/,
    );
  });

  test('that are empty are the row', async () => {
    const sampling = { maxTokens: 6, allowedTokenIds: [tokenizer.eosIds[0]!] };
    const answer = await ask('What do you know of measles?', {}, { sampling });
    expect(answer.text).toBe('measles, is: home; a dog.');
    expect(answer.grounding.guarded).toBe(true);
  });

  test('come sentence by sentence, with the grounding in the first chunk and the last', async () => {
    const sampling = {
      maxTokens: 12,
      allowedTokenIds: [idOf(' home'), idOf('\n')],
      temperature: 50,
      seed: 1,
    };
    const { chunks } = await ask('What do you know of measles?', {}, { sampling });
    const spoken = chunks.filter(({ text }) => text !== '');
    expect(spoken.length).toBeGreaterThan(1);
    for (const { text } of spoken.slice(0, -1)) expect(text).toMatch(/[.\n]$/);
    expect(spoken[0]!.grounding).toMatchObject({ status: 'grounded', end: 0 });
    expect(chunks.slice(1, -1).every(({ grounding }) => grounding === null)).toBe(true);
  });

  test('are not ended by a value that spells a control token', async () => {
    const answer = await ask('What do you know of aspirin?', {}, saying(' town'));
    expect(answer.grounding.values).toEqual([`town ${CONTROL} twice`]);
    expect(answer.text).toContain('town');
    expect((await rows('What do you know of aspirin?')).text).toContain(CONTROL);
  });

  test('read as many values as have room', async () => {
    const { grounding, usage } = await ask('What is in the library?', {}, saying(' town'));
    expect(grounding.values.length).toBeGreaterThan(10);
    expect(grounding.values.length + grounding.valuesLeftOut).toBe(10_000);
    expect(usage.promptTokens).toBeLessThan(400);
  });

  test('differ among choices, and the link does not', async () => {
    const asked = [0, 1].map((choice) =>
      ask(
        'What do you know of measles?',
        {},
        {
          sampling: { maxTokens: 16, temperature: 1.5, seed: 5, choice },
        },
      ),
    );
    const [one, other] = await Promise.all(asked);
    expect(one!.grounding.mass).toBeCloseTo(other!.grounding.mass, 4);
    expect(one!.grounding.values).toEqual(other!.grounding.values);
  });
});

describe('refuses', () => {
  const chat = (role: string) => ({ chat: { messages: [{ role, content: 'measles?' }] } });
  test.each<[Partial<GenerateRequest>, RegExp]>([
    [{ form: { regex: 'a' } }, /goes without form/],
    [{ prompt: { ...chat('user'), prefix: 'a' } }, /goes without prefix/],
    [{ prompt: { text: 'measles?' } }, /expected a conversation whose last message/],
    [{ prompt: chat('assistant') }, /expected a conversation whose last message/],
    [{ sampling: { beams: { width: 2 } } }, /goes without beams/],
    [{ sampling: { decoding: { strategy: 'cad', without: 'a' } } }, /goes without cad/],
    [{ logProbs: 0 }, /goes without log_probs/],
    [{ tokenIds: true }, /goes without token_ids/],
    [{ resume: [1] }, /goes without resume/],
    [
      {
        prompt: {
          chat: { ...chat('user').chat, toolUse: { tools: [{ name: 'a', definition: '{}' }] } },
        },
      },
      /goes without tools/,
    ],
  ])('%j', async (more, publicMessage) => {
    await expect(ask('measles?', {}, more)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: expect.stringMatching(publicMessage),
    });
  });

  test.each<[Knowledge, RegExp]>([
    [{ candidates: 101 }, /knowledge.candidates: expected at most 100, found 101/],
    [{ minMass: 0.1 }, /knowledge.min_mass: expected a number at most 0/],
    [{ minMass: NaN }, /knowledge.min_mass/],
    [{ margin: -1 }, /knowledge.margin: expected a number from 0 to 100, found -1/],
    [{ retrieverWeight: 101 }, /knowledge.retriever_weight/],
    [{ attributeWeight: -1 }, /knowledge.attribute_weight: expected a number from 0 to 100/],
    [{ wording: 'poems' }, /knowledge.wording: expected model or rows, found "poems"/],
    [{ base: { space: 'x', hash: 'y' } }, /knowledge.base: expected the id of a space/],
    [{ base: null }, /knowledge.base: expected/],
  ])('%j', async (knowledge, publicMessage) => {
    await expect(ask('measles?', knowledge)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: expect.stringMatching(publicMessage),
    });
  });
});

test('counts answers by what was found, without a word of the base', async () => {
  const text = await running.metrics.registry.metrics();
  const figure = (...parts: string[]): number =>
    Number(
      text
        .split('\n')
        .find((line) => parts.every((part) => line.includes(part)))
        ?.split(' ')
        .at(-1),
    );
  for (const found of ['grounded', 'ambiguous', 'not_found', 'unsupported']) {
    const count = heard.filter(({ status: its }) => its === found).length;
    expect(count, found).toBeGreaterThan(0);
    expect(figure('grounded_answers_total{', '"lethe-tiny"', `"${found}"`), found).toBe(count);
  }
  const guarded = heard.filter((one) => one.guarded).length;
  expect(guarded).toBeGreaterThan(1);
  expect(guarded).toBeLessThan(heard.length / 2);
  expect(figure('guarded_answers_total{', '"lethe-tiny"')).toBe(guarded);
  expect(figure('lethe_inference_knowledge_bases{')).toBe(1);
  expect(text).not.toMatch(/measles|aspirin|twice/);
});
