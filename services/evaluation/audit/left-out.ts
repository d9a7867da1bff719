// What an audit does not ask of rows that show pictures, and why.

import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { type Example, imagesOf } from '#contracts/examples.js';
import { type ProbeName, textAloneOf } from '#contracts/probes.js';

/** A finding for each probe that leaves out questions which it would ask of a text. */
export async function leftOut(
  probes: readonly ProbeName[],
  rows: AsyncIterable<NumberedExample>,
): Promise<string[]> {
  const blind = [...new Set(probes)].filter((probe) => textAloneOf(probe) !== undefined);
  const counts = new Map(blind.map((probe) => [probe, 0]));
  for await (const { example } of rows)
    for (const [probe, count] of counts)
      if (imagesOf(example).length > 0 && lendsItself(probe, example)) counts.set(probe, count + 1);
  return [...counts].flatMap(([probe, count]) =>
    count > 0
      ? [`${probe} is not asked of ${count} that show pictures: ${textAloneOf(probe)}`]
      : [],
  );
}

const lendsItself = (probe: ProbeName, { choices }: Example): boolean =>
  probe !== 'choices' || choices !== undefined;
