// Answers as server-sent events.

import { endOfStream, type ServerEvent } from '../http/event-stream.js';
import { toApiError } from '../http/to-api-error.js';
import { isTelling, type Told } from './piece.js';
import type { Spent } from './spent.js';
import type { Wanted } from './wanted.js';

/** @param first what has come of `rest` already. */
export async function* eventsOf(
  first: IteratorResult<Told>,
  rest: AsyncIterator<Told>,
  { shape, usage }: Wanted,
  spent: Spent,
): AsyncGenerator<ServerEvent> {
  const opened = new Set<number>();
  const event = (data: object): ServerEvent => ({
    data: usage === 'never' ? data : { ...data, usage: usage === 'always' ? spent.usage : null },
  });
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      const { call, piece, prompt } = next.value;
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
  } finally {
    await rest.return?.();
  }
}
