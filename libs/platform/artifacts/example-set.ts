// A data set as it is kept beside the file it came in: parsed once, its examples in stretches. All
// stages read it here.

import { exampleSetSchema } from '#contracts/artifacts.js';
import { DatasetError, type NumberedExample, parseDataset } from '#contracts/dataset/dataset.js';
import { rowCount, type Stretch } from '#contracts/stretches.js';
import { UnusableSetError } from '../errors/unusable-set.error.js';
import type { Hash, ArtifactSpace } from './artifact-store.js';
import { collect, readStretches } from './stretches.js';

/** @param stretches of NumberedExamples, as writeStretches(store, parseExamples(file)) gives them. */
export const putExampleSet = (store: ArtifactSpace, stretches: readonly Stretch[]): Promise<Hash> =>
  store.putJson(exampleSetSchema.parse({ stretches }));

export interface ExampleSet {
  readonly size: number;
  /** Where it is stored; none for a file. */
  readonly stretches: readonly Stretch[];
  /** Examples from `from` up to, not including, `to`; those alone are read and parsed. */
  read(from?: number, to?: number): AsyncIterable<NumberedExample>;
}

/**
 * @param hash of what `putExampleSet` left, or of a file: jobs of an earlier release name those.
 * @throws UnusableSetError for a file that is no data set, naming the place alone; ArtifactNotFoundError
 */
export async function openExampleSet(store: ArtifactSpace, hash: Hash): Promise<ExampleSet> {
  const bytes = await store.get(hash);
  const stretches = stretchesIn(bytes);
  if (!stretches) return parsedSet(bytes);
  return {
    size: rowCount(stretches),
    stretches,
    read: (from, to) => readStretches<NumberedExample>(store, stretches, from, to),
  };
}

/** All of a set: for who needs them in memory anyway. */
export async function readExampleSet(store: ArtifactSpace, hash: Hash): Promise<NumberedExample[]> {
  return collect((await openExampleSet(store, hash)).read());
}

/** No row of a file has the fields of a set: the two cannot be taken for each other. */
function stretchesIn(bytes: Buffer): Stretch[] | undefined {
  try {
    return exampleSetSchema.parse(JSON.parse(bytes.toString('utf8'))).stretches;
  } catch {
    return undefined;
  }
}

function parsedSet(bytes: Buffer): ExampleSet {
  try {
    const examples = parseDataset(bytes.toString('utf8'));
    return {
      size: examples.length,
      stretches: [],
      read: async function* (from, to) {
        yield* examples.slice(from, to);
      },
    };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new UnusableSetError(`a data set cannot be read: ${error.place}`);
  }
}
