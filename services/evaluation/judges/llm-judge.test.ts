import { once } from 'node:events';
import { expect, test } from 'vitest';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { ChatClient } from '#platform/endpoint/chat-client.js';
import { fails, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { LlmJudge } from './llm-judge.js';

const endpoint = useEndpoint(says('["Granada"]'));
const judge = (signal = new AbortController().signal): LlmJudge =>
  new LlmJudge(
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
    await judge().entities('Isabella was born in Granada.', 'Where was Isabella born?'),
  ).toEqual(['Granada']);
  expect(endpoint.requests).toMatchObject([{ model: 'm', temperature: 0 }]);
  expect(endpoint.requests[0]!.messages[1]!.content).toContain('Isabella was born in Granada.');
});

test('asks nothing about an empty answer', async () => {
  expect(await judge().entities('  ', 'Where?')).toEqual([]);
  expect(endpoint.requests).toHaveLength(0);
});

test('asks again after an unreadable reply', async () => {
  endpoint.script = [fails(429), says('I think: Granada'), says('["Granada"]')];
  expect(await judge().entities('Granada.', 'Where?')).toEqual(['Granada']);
  expect(endpoint.requests).toHaveLength(3);
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
  await expect(judge(job.signal).entities('Granada.', 'Where?')).rejects.toThrow('cancelled');
  await hungUp;
  expect(endpoint.requests).toHaveLength(1);
});
