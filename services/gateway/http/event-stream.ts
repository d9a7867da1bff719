// Server-sent events on a Fastify reply.

import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';

export interface ServerEvent {
  id?: string;
  /** Its type, for clients that tell events apart by it. */
  event?: string;
  /** Sent as JSON, or as it is where it is text. */
  data: unknown;
}

export const endOfStream: ServerEvent = { data: '[DONE]' };
/** A comment that keeps proxies from closing a quiet stream. */
export const keepAlive = Symbol('keep-alive');

/** Sends events as they come, no faster than the client reads. */
export async function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<ServerEvent | typeof keepAlive>,
): Promise<void> {
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no');
  await reply.send(Readable.from(encode(events)));
}

async function* encode(
  events: AsyncIterable<ServerEvent | typeof keepAlive>,
): AsyncGenerator<string> {
  for await (const event of events) {
    if (event === keepAlive) yield ': keep-alive\n\n';
    else
      yield `${line('id', event.id)}${line('event', event.event)}${line('data', written(event))}\n`;
  }
}

const line = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}: ${value}\n`;

const written = ({ data }: ServerEvent): string =>
  typeof data === 'string' ? data : JSON.stringify(data);
