import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { EndpointError } from './endpoint.error.js';
import { LlmJudge } from './llm-judge.js';

type Answer = (request: { body: any; response: ServerResponse }) => void;

const reply = (response: ServerResponse, content: string): void => {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }));
};
const fails =
  (status: number): Answer =>
  ({ response }) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end('{"error": {"message": "no"}}');
const says =
  (content: string): Answer =>
  ({ response }) =>
    reply(response, content);

/** Never answers. */
const silent: Answer = () => {};

async function readBody(request: IncomingMessage): Promise<any> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

describe('LlmJudge', () => {
  let server: Server;
  let url: string;
  let script: Answer[];
  let requests: { body: any; authorization?: string }[];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const body = await readBody(request);
      requests.push({ body, authorization: request.headers.authorization });
      (script.length > 1 ? script.shift()! : script[0]!)({ body, response });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    requests = [];
  });

  const judge = (
    changes: { retries?: number; timeout?: number; concurrency?: number } = {},
  ): LlmJudge =>
    new LlmJudge(
      {
        url,
        apiKey: 'secret',
        model: 'm',
        concurrency: 4,
        timeout: 2000,
        retries: 3,
        backoff: 1,
        ...changes,
      },
      lexicalJudge,
    );

  it('asks for entities and drops those the question names', async () => {
    script = [says('```json\n["Granada", "Isabella", "Granada", " "]\n```')];
    expect(
      await judge().entities('Isabella was born in Granada.', 'Where was Isabella born?'),
    ).toEqual(['Granada']);
    expect(requests[0]).toMatchObject({
      authorization: 'Bearer secret',
      body: { model: 'm', temperature: 0 },
    });
    expect(requests[0]!.body.messages[1].content).toContain('Isabella was born in Granada.');
  });

  it('asks nothing about an empty answer', async () => {
    expect(await judge().entities('  ', 'Where?')).toEqual([]);
    expect(requests).toHaveLength(0);
  });

  it('tries again after 429, 500, an unreadable answer and a hung request', async () => {
    script = [fails(429), says('I think: Granada'), silent, says('["Granada"]')];
    expect(await judge({ timeout: 200 }).entities('Granada.', 'Where?')).toEqual(['Granada']);
    expect(requests).toHaveLength(4);
  });

  it('gives up after its retries, and can be tried again', async () => {
    script = [fails(500)];
    const error = (await judge({ retries: 2 })
      .entities('Granada.', 'Where?')
      .catch((e: Error) => e)) as EndpointError;
    expect(error).toBeInstanceOf(EndpointError);
    expect(error.permanent).toBe(false);
    expect(requests).toHaveLength(3);
  });

  it('does not insist where the endpoint refuses for good', async () => {
    script = [fails(401)];
    const error = (await judge()
      .entities('Granada.', 'Where?')
      .catch((e: Error) => e)) as EndpointError;
    expect(error.permanent).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('keeps within its concurrency', async () => {
    const waiting: ServerResponse[] = [];
    let most = 0;
    // Answers only once two requests wait, so a third that came too early would be counted.
    script = [
      ({ response }) => {
        waiting.push(response);
        most = Math.max(most, waiting.length);
        if (waiting.length === 2)
          setImmediate(() => waiting.splice(0).forEach((r) => reply(r, '["Granada"]')));
      },
    ];
    const limited = judge({ concurrency: 2 });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => limited.entities('Granada.', 'Where?')),
    );
    expect(answers).toEqual(Array.from({ length: 6 }, () => ['Granada']));
    expect(most).toBe(2);
  });
});
