// What a job needs of a worker's settings or device, and whether there is such a worker.

import type { OfferKind } from '#contracts/offers.js';
import type { QueueProducer } from '#platform/queue/queue-producer.js';
import { ApiError } from '../http/api.error.js';

export interface Need {
  readonly kind: OfferKind;
  readonly name: string;
  /** That asks for it, below the method. */
  readonly field: string;
}

/** None where nothing is asked for. */
export const needOf = (kind: OfferKind, name: string | undefined, field: string): Need[] =>
  name === undefined ? [] : [{ kind, name, field }];

/**
 * Where no worker of a kind is known, as while all of them are down, the job waits for one.
 * @param at path of the method.
 * @throws ApiError 400 with the field's path and what there is instead.
 */
export async function checkNeeds(
  producer: QueueProducer,
  at: string,
  needs: readonly Need[],
): Promise<void> {
  for (const { kind, name, field } of needs) {
    const offered = await producer.offered(kind);
    if (offered.length === 0 || offered.includes(name)) continue;
    throw ApiError.invalid(
      `'${at}.${field}': no worker is set up for the ${kind} '${name}', only for ${offered.join(', ')}.`,
      `${at}.${field}`,
      'not_offered',
    );
  }
}
