// An OpenAI-compatible endpoint that behaves, or misbehaves, as a test tells it.

import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { first } from '#collections/items.js';

/** What the client sent. */
export interface ChatRequest {
  readonly headers: IncomingHttpHeaders;
  readonly model: string;
  readonly temperature: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}
export type Answer = (response: ServerResponse, request: ChatRequest) => void;

export interface ScriptedEndpoint {
  readonly url: string;
  readonly requests: ChatRequest[];
  /** Answers are used up in order; the last one stays. */
  script: Answer[];
}

/** @param finish_reason `length` for a reply that was cut at the model's limit. */
export const says =
  (content: string, finish_reason = 'stop'): Answer =>
  (response) =>
    json(response, 200, {
      id: 'x',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason, message: { role: 'assistant', content } }],
    });
export const fails =
  (status: number, headers: Record<string, string> = {}, message = 'no'): Answer =>
  (response) =>
    json(response, status, { error: { message } }, headers);
export const sendsRaw =
  (body: string, status = 200, type = 'application/json'): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': type }).end(body);
export const resets: Answer = (response) => void response.socket?.resetAndDestroy();
export const hangs: Answer = () => {};
/** Begins a body that never ends. */
export const stalls: Answer = (response) => void begin(response);
/** Promises a longer body than it sends. */
export const cutsOff: Answer = (response) => begin(response, () => response.destroy());

function begin(response: ServerResponse, then?: () => void): void {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
    .write('{"choices": [', then);
}

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

/** Call at the top of a file or a describe. @param usual what it answers where no script says else. */
export function useEndpoint(usual: Answer): ScriptedEndpoint {
  const endpoint = { url: '', requests: [] as ChatRequest[], script: [usual] };
  const server = createServer(async (request, response) => {
    const received = await read(request);
    endpoint.requests.push(received);
    const answer = first(endpoint.script);
    if (endpoint.script.length > 1) endpoint.script.shift();
    answer(response, received);
  });
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  beforeEach(() => {
    endpoint.requests.length = 0;
    endpoint.script = [usual];
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
  return { ...(JSON.parse(text) as Omit<ChatRequest, 'headers'>), headers: request.headers };
}
