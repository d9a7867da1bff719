// How a call wants answers to be searched for, checked.

import type { Sampling__Output } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import type { BeamOptions } from '#generation/decoding/beams.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';

const EARLY = new Map<string, BeamOptions['earlyStopping']>([
  ['', false],
  ['false', false],
  ['true', true],
  ['never', 'never'],
]);
const MOST_PENALTY = 10;

/** @throws InvalidRequestError by the field's name. */
export function beamsOf({ beams, temperature }: Sampling__Output): BeamOptions | undefined {
  if (!beams) return undefined;
  const { width, lengthPenalty = 1, given } = beams;
  const earlyStopping = EARLY.get(beams.earlyStopping);
  if (earlyStopping === undefined)
    throw wrong('early_stopping', 'false, true or never', `"${beams.earlyStopping}"`);
  if (!(Math.abs(lengthPenalty) <= MOST_PENALTY))
    throw wrong(
      'length_penalty',
      `a number from -${MOST_PENALTY} to ${MOST_PENALTY}`,
      lengthPenalty,
    );
  if (given > width) throw wrong('given', `at most as many as beams, ${width}`, given);
  if (temperature !== 0)
    throw new InvalidRequestError('sampling.temperature: expected 0 with beams: nothing is drawn');
  return { width, lengthPenalty, earlyStopping, given: Math.max(given, 1) };
}

/** Rows of the batch that a call takes. @throws InvalidRequestError for more than there are. */
export function rowsOf({ beams }: Sampling__Output, maxBatch: number): number {
  if (!beams) return 1;
  if (beams.width >= 1 && beams.width <= maxBatch) return beams.width;
  throw wrong('width', `1 to ${maxBatch}, the rows that a replica has (MAX_BATCH)`, beams.width);
}

const wrong = (name: string, expected: string, found: string | number): InvalidRequestError =>
  new InvalidRequestError(`sampling.beams.${name}: expected ${expected}, found ${found}`);
