// Completions as server-sent events.

import { endOfStream, type ServerEvent } from '../http/event-stream.js';
import { toApiError } from '../http/to-api-error.js';
import type { CompletionShape } from './completion-shape.js';
import { isTelling, type Told } from './piece.js';
import type { Spent } from './spent.js';
import type { UsageWanted } from './wanted.js';
import type { Writer } from './writer.js';

export const completionWriter = (shape: CompletionShape, usage: UsageWanted): Writer => ({
  whole: (choices, used) => shape.whole(choices, used),
  events: (told, spent) => eventsOf(told, shape, usage, spent),
});

async function* eventsOf(
  told: AsyncIterable<Told>,
  shape: CompletionShape,
  usage: UsageWanted,
  spent: Spent,
): AsyncGenerator<ServerEvent> {
  const opened = new Set<number>();
  const event = (data: object): ServerEvent => ({
    data: usage === 'never' ? data : { ...data, usage: usage === 'always' ? spent.usage : null },
  });
  try {
    for await (const { call, piece, prompt } of told) {
      const opening = opened.has(call) ? undefined : shape.opening(call, prompt?.echo);
      opened.add(call);
      if (opening) yield event(opening);
      if (isTelling(piece)) yield event(shape.piece(call, piece));
    }
    if (usage !== 'never') yield { data: shape.usage(spent.usage) };
    yield endOfStream;
  } catch (error) {
    // Too late for a status: OpenAI's clients raise an error for an event that carries one.
    yield { data: toApiError(error).body };
  }
}
