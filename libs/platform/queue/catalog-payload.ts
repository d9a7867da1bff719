// Payloads are parsed by the catalog where they enter a queue and where they leave it.

import { catalog, type JobName, type Payload } from '#contracts/jobs.js';
import { InvalidPayloadError } from '../errors/invalid-payload.error.js';
import { OtherReleaseError } from '../errors/other-release.error.js';

/** @throws InvalidPayloadError naming the fields that do not fit. */
export function parsePayload<N extends JobName>(name: N, payload: unknown): Payload<N> {
  const parsed = catalog[name].payload.safeParse(payload);
  if (!parsed.success) throw new InvalidPayloadError(name, parsed.error);
  return parsed.data as Payload<N>;
}

/** @throws OtherReleaseError: what was queued has been parsed, by its producer's catalog. */
export function parseQueued<N extends JobName>(name: N, payload: unknown): Payload<N> {
  try {
    return parsePayload(name, payload);
  } catch (error) {
    throw error instanceof InvalidPayloadError ? new OtherReleaseError(error) : error;
  }
}
