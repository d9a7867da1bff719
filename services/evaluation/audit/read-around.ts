// Reads what a probe may make use of beside the question it asks.

import type { Example } from '#contracts/examples.js';
import type { ExampleSet } from '#platform/artifacts/example-set.js';
import { collect } from '#platform/artifacts/stretches.js';
import type { Around } from './probe.js';

/** Rows of either set. */
const ROWS = 1024;

/** @param retain absent: nobody said what is to be kept. */
export const readAround = async (
  asked: ExampleSet,
  retain: ExampleSet | undefined,
): Promise<Around> => ({
  asked: await firstOf(asked),
  retain: retain ? await firstOf(retain) : [],
});

async function firstOf(set: ExampleSet): Promise<Example[]> {
  const numbered = await collect(set.read(0, ROWS));
  return numbered.map(({ example }) => example);
}
