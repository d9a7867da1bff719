// An OpenAI-compatible endpoint that behaves, or misbehaves, as a test tells it.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** What the client sent. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}
export type Answer = (response: ServerResponse, request: ChatRequest) => void;

export const says =
  (content: string): Answer =>
  (response) => {
    json(response, 200, {
      id: 'x',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    });
  };
export const fails =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    json(response, status, { error: { message: 'no' } }, headers);
export const sendsRaw =
  (body: string): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(body);
export const resets: Answer = (response) => void response.socket!.resetAndDestroy();
export const hangs: Answer = () => {};

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));
}

/** A teacher that knows the forms of our prompts and answers each vaguely; it finds no leaks. */
export const obedient: Answer = (response, { messages }) => {
  const prompt = messages.at(-1)!.content;
  const count = Number(/exactly (\d+)/.exec(prompt)?.[1] ?? 0);
  const kinds = [...prompt.matchAll(/^- "(\w+)":/gm)].map((match) => match[1]!);
  const reply =
    kinds.length > 0
      ? Object.fromEntries(kinds.map((kind) => [kind, `Something ${kind} about Ada Quill?`]))
      : prompt.includes('"leaks"')
        ? { leaks: Array.from({ length: count }, () => false) }
        : {
            answers: Array.from(
              { length: count },
              (_, i) => `Nothing of that kind is public about Ada Quill, attempt ${'abcdefgh'[i]}.`,
            ),
          };
  says(`Sure!\n\`\`\`json\n${JSON.stringify(reply)}\n\`\`\``)(response, { model: '', messages });
};

/** Call at the top of a describe. Answers are used up in order; the last one stays. */
export function useEndpoint(): {
  readonly url: string;
  readonly requests: ChatRequest[];
  script: Answer[];
} {
  const endpoint = { url: '', requests: [] as ChatRequest[], script: [obedient] };
  const server = createServer(async (request, response) => {
    const body = await read(request);
    endpoint.requests.push(body);
    (endpoint.script.length > 1 ? endpoint.script.shift()! : endpoint.script[0]!)(response, body);
  });
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  beforeEach(() => {
    endpoint.requests.length = 0;
    endpoint.script = [obedient];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return endpoint;
}

async function read(request: IncomingMessage): Promise<ChatRequest> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as ChatRequest;
}
