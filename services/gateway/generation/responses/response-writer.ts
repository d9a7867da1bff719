// A response as one object, or as OpenAI's typed events, numbered in their order.

import { first } from '#collections/items.js';
import type { ServerEvent } from '../../http/event-stream.js';
import { newId } from '../../http/ids.js';
import { toApiError } from '../../http/to-api-error.js';
import { joined, type Piece, type Told } from '../piece.js';
import type { Spent } from '../spent.js';
import type { Writer } from '../writer.js';
import type { ResponseRequest } from './response-request.js';
import {
  begunItem,
  begunResponse,
  callItems,
  emptyPart,
  endedResponse,
  logprobsOf,
  messageItem,
  type ResponseObject,
  textPart,
} from './response-shape.js';

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

export function responseWriter(body: ResponseRequest): Writer {
  const begun = begunResponse(body);
  return {
    whole(choices, usage) {
      const { piece } = first(choices);
      return endedResponse(begun, outputOf(piece), piece.finish, usage);
    },
    events: (told, spent) => numbered(eventsOf(begun, told, spent)),
  };
}

async function* numbered(events: AsyncIterable<Event>): AsyncGenerator<ServerEvent> {
  let number = 0;
  for await (const event of events)
    yield { event: event.type, data: { ...event, sequence_number: number++ } };
}

/** White space beside calls is not said to anybody. */
const isSaid = ({ text, toolCalls }: Piece): boolean =>
  toolCalls.length === 0 || text.trim() !== '';

function outputOf(piece: Piece): ResponseObject['output'] {
  return [...(isSaid(piece) ? [messageItem(newId('msg_'), piece)] : []), ...callItems(piece)];
}

async function* eventsOf(
  begun: ResponseObject,
  told: AsyncIterable<Told>,
  spent: Spent,
): AsyncGenerator<Event> {
  yield { type: 'response.created', response: begun };
  yield { type: 'response.in_progress', response: begun };
  try {
    const message = new MessageEvents();
    const pieces: Piece[] = [];
    for await (const { piece } of told) {
      pieces.push(piece);
      yield* message.add(piece);
    }
    const whole = joined(pieces);
    const said = message.end(whole);
    yield* said.events;
    const calls = callItems(whole);
    for (const [i, item] of calls.entries()) yield* callEvents(item, said.output.length + i);
    const response = endedResponse(begun, [...said.output, ...calls], whole.finish, spent.usage);
    yield { type: `response.${response.status}`, response };
  } catch (error) {
    const { message, code } = toApiError(error).body.error;
    const failed = { ...begun, status: 'failed', error: { code: code ?? 'server_error', message } };
    yield { type: 'response.failed', response: failed };
  }
}

/** What is said, once it is known that something is: white space before a call is nothing. */
class MessageEvents {
  private readonly id = newId('msg_');
  private readonly place = { item_id: this.id, output_index: 0, content_index: 0 };
  private isOpen = false;
  private held: Piece[] = [];

  *add(piece: Piece): Generator<Event> {
    this.held.push(piece);
    const held = joined(this.held);
    if (held.text.trim() !== '' || this.isOpen) yield* this.tell(held);
  }

  end(whole: Piece): { events: Event[]; output: ResponseObject['output'] } {
    if (!this.isOpen && !isSaid(whole)) return { events: [], output: [] };
    const part = textPart(whole);
    const item = messageItem(this.id, whole);
    const events = [
      ...this.tell(joined(this.held)),
      ...part.annotations.map((annotation, index) => ({
        type: 'response.output_text.annotation.added',
        ...this.place,
        annotation_index: index,
        annotation,
      })),
      {
        type: 'response.output_text.done',
        ...this.place,
        text: part.text,
        logprobs: part.logprobs,
      },
      { type: 'response.content_part.done', ...this.place, part },
      { type: 'response.output_item.done', output_index: 0, item },
    ];
    return { events, output: [item] };
  }

  private *tell(piece: Piece): Generator<Event> {
    this.held = [];
    if (!this.isOpen) yield* this.open();
    if (piece.text === '' && piece.logProbs.length === 0) return;
    yield {
      type: 'response.output_text.delta',
      ...this.place,
      delta: piece.text,
      logprobs: logprobsOf(piece),
    };
  }

  private *open(): Generator<Event> {
    this.isOpen = true;
    yield { type: 'response.output_item.added', output_index: 0, item: begunItem(this.id) };
    yield { type: 'response.content_part.added', ...this.place, part: emptyPart };
  }
}

function* callEvents(item: ReturnType<typeof callItems>[number], index: number): Generator<Event> {
  const place = { item_id: item.id, output_index: index };
  const { name, arguments: given } = item;
  const begun = { ...item, status: 'in_progress', arguments: '' };
  yield { type: 'response.output_item.added', output_index: index, item: begun };
  yield { type: 'response.function_call_arguments.delta', ...place, delta: given };
  yield { type: 'response.function_call_arguments.done', ...place, name, arguments: given };
  yield { type: 'response.output_item.done', output_index: index, item };
}
