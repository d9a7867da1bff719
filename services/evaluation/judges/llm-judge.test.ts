import { once } from 'node:events';
import { expect, test } from 'vitest';
import { judgeAnswer } from '#metrics/judge-answer.js';
import type { Judge } from '#metrics/judge.js';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { ChatClient } from '#platform/endpoint/chat-client.js';
import { fails, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { llmJudge } from './llm-judge.js';

const endpoint = useEndpoint(says('["Granada"]'));
const judge = (signal = new AbortController().signal): Judge =>
  llmJudge(
    new ChatClient({
      settings: 'JUDGE_LLM',
      url: endpoint.url,
      apiKey: 'secret',
      model: 'm',
      concurrency: 4,
      timeoutMs: 600_000,
      retries: 3,
      backoffMs: 1,
    }),
    lexicalJudge,
    signal,
  );

test('asks for entities and drops those the question names', async () => {
  endpoint.script = [says('```json\n["Granada", "Isabella", "Granada", " "]\n```')];
  expect(
    await judge().entities('Isabella was born in Granada.', 'Where was Isabella born?', 'answer'),
  ).toEqual(['Granada']);
  expect(endpoint.requests).toMatchObject([{ model: 'm', temperature: 0 }]);
  expect(endpoint.requests[0]!.messages[1]!.content).toContain('Isabella was born in Granada.');
});

test('asks nothing about an empty answer', async () => {
  expect(await judge().entities('  ', 'Where?', 'answer')).toEqual([]);
  expect(endpoint.requests).toHaveLength(0);
});

test('asks again after an unreadable reply', async () => {
  endpoint.script = [fails(429), says('I think: Granada'), says('["Granada"]')];
  expect(await judge().entities('Granada.', 'Where?', 'answer')).toEqual(['Granada']);
  expect(endpoint.requests).toHaveLength(3);
});

test('a refusal, or a reply that is cut or in another form, is no verdict', async () => {
  const row = { set: 'forget', question: 'Where?', gold: 'Granada.', answer: 'Oxbow.' } as const;
  for (const reply of [says("I'm sorry, I can't help with that."), says('["Gra', 'length')]) {
    endpoint.script = [reply];
    expect(await judge().entities('Granada.', 'Where?', 'answer')).toBeNull();
    expect(await judgeAnswer(judge(), row)).toMatchObject({ verdict: null, unjudged: 'no_reply' });
    expect(await judge().rate!(row)).toBeNull();
  }
  // Each is asked three times at most: twice for the judge alone, and so for both answers and ratings.
  expect(endpoint.requests.length).toBe(2 * 3 * 5);
});

test('an endpoint that refuses or is down is an error, not a verdict', async () => {
  endpoint.script = [fails(401)];
  await expect(judge().entities('Granada.', 'Where?', 'answer')).rejects.toThrow('JUDGE_LLM_KEY');
  await expect(
    judge().rate!({ set: 'retain', question: '', gold: '', answer: '' }),
  ).rejects.toThrow('JUDGE_LLM_KEY');
});

test.each([
  ['forget', 'forgetting'],
  ['retain', 'retention'],
] as const)('rates answers of the %s set by %s, relevance and fluency', async (set, name) => {
  endpoint.script = [
    (response, request) => {
      const quality = request.messages[0]!.content.includes('Fluency');
      says(quality ? '{"relevance": 4, "fluency": 5}' : 'Score: {"score": 2}')(response, request);
    },
  ];
  const row = { set, question: 'Where?', gold: 'In Granada.', answer: 'In Oxbow.' };
  expect(await judge().rate!(row)).toEqual({ [name]: 2, relevance: 4, fluency: 5 });
  const asked = endpoint.requests.map(({ messages }) => JSON.parse(messages[1]!.content) as object);
  expect(asked).toContainEqual({
    question: 'Where?',
    golden_answer: 'In Granada.',
    answer: 'In Oxbow.',
  });
  // Who rates relevance and fluency does not see the golden answer.
  expect(asked).toContainEqual({ question: 'Where?', answer: 'In Oxbow.' });
});

test.each([
  '{"score": 0}',
  '{"score": 6}',
  '{"score": 2.5}',
  '{"score": "2"}',
  '{"rating": 2}',
  '2',
])('%s is no rating', async (reply) => {
  endpoint.script = [says(reply)];
  const row = { set: 'forget', question: 'Where?', gold: 'a', answer: 'b' } as const;
  expect(await judge().rate!(row)).toBeNull();
});

test('rates how much an answer from a knowledge base helps and harms', async () => {
  endpoint.script = [says('{"helpfulness": 2, "harmlessness": 0}')];
  const answer = { question: 'Which signs?', gold: 'Flu, signs: fever.', answer: 'A rash.' };
  expect(await judge().assess!(answer)).toEqual({ helpfulness: 2, harmlessness: 0 });
  const [system, user] = endpoint.requests[0]!.messages;
  expect(system!.content).toContain('Harmlessness');
  expect(JSON.parse(user!.content)).toEqual({
    question: 'Which signs?',
    reference: 'Flu, signs: fever.',
    answer: 'A rash.',
  });
  endpoint.script = [says('{"helpfulness": 3, "harmlessness": 0}')];
  expect(await judge().assess!(answer)).toBeNull();
  endpoint.script = [fails(401)];
  await expect(judge().assess!(answer)).rejects.toThrow('JUDGE_LLM_KEY');
});

test('asks no more once the job is cancelled', async () => {
  const job = new AbortController();
  let hungUp: Promise<unknown> | undefined;
  endpoint.script = [
    (response) => {
      hungUp = once(response, 'close');
      job.abort(new Error('cancelled'));
    },
  ];
  await expect(judge(job.signal).entities('Granada.', 'Where?', 'answer')).rejects.toThrow(
    'cancelled',
  );
  await hungUp;
  expect(endpoint.requests).toHaveLength(1);
});
