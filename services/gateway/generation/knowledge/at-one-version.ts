// All answers of a request from one version of a base, whatever becomes of it meanwhile.

import { Failure } from '#failure/failure.js';
import { ApiError } from '../../http/api.error.js';
import type { Grounds } from './grounds.js';

/** Versions that a request is answered from until it gives up. */
const TRIES = 5;

interface Answering<T> {
  /** Whether the client is told as answers come. */
  readonly stream: boolean;
  readonly tell: (grounds: Grounds) => AsyncIterable<T>;
  /** @throws ApiError where the base is gone */
  readonly newest: () => Promise<Grounds | undefined>;
}

/**
 * A version is erased with a change: where nothing has been told by then, the answers are made from the
 * next one.
 */
export async function* atOneVersion<T>(
  grounds: Grounds,
  { stream, tell, newest }: Answering<T>,
): AsyncGenerator<T, void, undefined> {
  let isTold = false;
  for (let used = grounds, tries = 1; ; tries++) {
    try {
      for await (const one of stream ? tell(used) : whole(tell(used))) {
        isTold = true;
        yield one;
      }
      return;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const next = await newest();
      if (!next || next.base.version === used.base.version) throw error;
      if (isTold || tries === TRIES) throw changed(used);
      used = next;
    }
  }
}

/** None before all are there. */
async function* whole<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const all: T[] = [];
  for await (const one of items) all.push(one);
  yield* all;
}

const isNotFound = (error: unknown): boolean =>
  Failure.isInstance(error) && error.type === 'rpc-not-found';

const changed = ({ base }: Grounds): ApiError =>
  new ApiError(
    409,
    'invalid_request_error',
    `The knowledge base '${base.id}' was changed while the answer was made from its version ${base.version}. Ask again.`,
    { param: 'knowledge', code: 'knowledge_base_changed' },
  );
