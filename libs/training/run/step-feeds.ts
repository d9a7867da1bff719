// Examples as the inputs of a pass through the step graph.

import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import type { Place } from '#models/passes/attention/places.js';
import { sequenceInputs } from '#models/passes/attention/sequence-inputs.js';
import { featureFeeds, placedFeatures, placesAmong } from '#models/passes/image-features.js';
import type { DropoutMask } from '#models/passes/lora.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig } from '#models/types.js';
import { beforeFeeds } from '#models/vision/before-feeds.js';
import { type Making, madeWidth } from '#models/vision/making.js';
import { type Feed, type Feeds, int64 } from '#runtime/graph-session.js';
import type { Random } from '#runtime/random.js';
import { type ExamplePositions, labelCount } from '../examples/example-positions.js';
import type { StepExample, Unit } from '../examples/step-examples.js';
import type { SideName } from '../objectives/side.js';
import { POSITIONS, viewInputs } from './model-view.js';
import { IDS } from './open-view.js';
import { type Asked, type Mean, sideInputs } from './sides.js';

/** Shares of positions and examples in a whole optimizer step's means. */
export class Shares {
  private readonly counts = new Map<SideName, number>();
  /** By the mean's name. */
  private readonly totals = new Map<string, number>();

  constructor(examples: readonly StepExample[], { means }: Asked) {
    for (const { side } of examples) this.counts.set(side, (this.counts.get(side) ?? 0) + 1);
    for (const [name, mean] of means) {
      const sizes = examples
        .filter(({ side }) => side === mean.side)
        .map((example) =>
          mean.over === 'tokens'
            ? example.ids.length
            : Math.max(0, labelCount(example) - mean.skip),
        );
      this.totals.set(
        name,
        sizes.reduce((sum, size) => sum + size, 0),
      );
    }
  }

  /** Share of each position of an example in a mean; 0 for those it does not take in. */
  ofPositions(
    name: string,
    mean: Mean,
    example: StepExample,
    { places, isAnswer }: ExamplePositions,
  ): number[] {
    if (example.side !== mean.side) return places.map(() => 0);
    const share = 1 / required(this.totals, name);
    switch (mean.over) {
      case 'labels':
        return places.map((place) => (place >= mean.skip ? share : 0));
      case 'tokens':
        return places.map(() => share);
      case 'answers':
        return isAnswer.map((answer) =>
          answer ? this.ofExample(example.side) / labelCount(example) : 0,
        );
    }
  }

  ofExample(side: SideName): number {
    return 1 / required(this.counts, side);
  }
}

export interface PassInputs {
  readonly feeds: Feeds;
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * Ids, positions and labels of sequences. @param rows the sequences that lie one after the other in
 * each row of attention; they do not see each other. @param positions of each sequence, row by row.
 */
export function sequenceFeeds(
  config: ModelConfig,
  rows: readonly (readonly EncodedExample[])[],
  positions: readonly ExamplePositions[],
): PassInputs {
  const attention = sequenceInputs(
    config,
    rows.map((row) => row.map(({ ids }) => ids.length)),
    undefined,
    config.vision?.layout === 'grid' ? rows.flat().flatMap(placesIn) : undefined,
  );
  const flat: number[] = [];
  let start = 0;
  for (const [{ ids }, { offsets }] of zip(rows.flat(), positions)) {
    for (const at of offsets) flat.push(start + at);
    start += ids.length;
  }
  return {
    feeds: {
      ...attention.feeds,
      [IDS]: int64(rows.flatMap((row) => row.flatMap(({ ids }) => ids))),
      [viewInputs.positions]: int64(flat),
      [viewInputs.labels]: int64(positions.flatMap(({ labels }) => labels)),
    },
    sizes: { ...attention.sizes, [POSITIONS]: flat.length },
  };
}

const placesIn = (example: EncodedExample): Place[] =>
  placesAmong(example.ids.length, imagesIn(example));

const imagesIn = ({ ids, labelStart, features = [], imageToken = -1 }: EncodedExample) =>
  placedFeatures(ids.slice(0, labelStart), imageToken, features);

export const showsImages = (examples: readonly EncodedExample[]): boolean =>
  examples.some(({ features = [] }) => features.length > 0);

/** Pictures of the sequences of a pass, in the order in which they are read, as the run has them. */
export function imageFeeds(
  config: ModelConfig,
  seeing: Making,
  sequences: readonly EncodedExample[],
): PassInputs {
  let read = 0;
  const placed = sequences.flatMap((example) => {
    const start = read;
    read += example.ids.length;
    return imagesIn(example).map((one) => ({ ...one, token: start + one.token }));
  });
  const { vision } = config;
  return typeof seeing === 'object' && vision && vision.layout !== 'grid'
    ? beforeFeeds(vision, read, placed)
    : featureFeeds(madeWidth(config, seeing), read, placed);
}

/**
 * What the losses of a step ask of a pass's examples.
 * @param positions of each example of each unit, one after the other.
 */
export function lossFeeds(
  units: readonly Unit[],
  positions: readonly ExamplePositions[],
  shares: Shares,
  asked: Asked,
): Feeds {
  const examples = zip(units.flat(), positions);
  const count = positions.reduce((sum, { offsets }) => sum + offsets.length, 0);
  const feeds: Record<string, Feed> = {};
  for (const [name, mean] of asked.means) {
    feeds[name] = {
      dims: [count, 1],
      data: Float32Array.from(
        examples.flatMap(([example, places]) => shares.ofPositions(name, mean, example, places)),
      ),
    };
  }
  for (const side of asked.examples)
    Object.assign(feeds, exampleFeeds(side, units, positions, shares));
  return feeds;
}

function exampleFeeds(
  side: SideName,
  units: readonly Unit[],
  positions: readonly ExamplePositions[],
  shares: Shares,
): Feeds {
  const count = positions.reduce((sum, { offsets }) => sum + offsets.length, 0);
  const selector = new Float32Array(units.length * count);
  const lengths = new Float32Array(units.length).fill(1);
  const weights = new Float32Array(units.length);
  let index = 0;
  let at = 0;
  for (const [u, unit] of units.entries()) {
    for (const example of unit) {
      const { places } = item(positions, index++);
      if (example.side === side) {
        for (const [i, place] of places.entries()) if (place >= 0) selector[u * count + at + i] = 1;
        lengths[u] = labelCount(example);
        weights[u] = shares.ofExample(side);
      }
      at += places.length;
    }
  }
  return {
    [sideInputs.examples(side)]: { dims: [units.length, count], data: selector },
    [sideInputs.lengths(side)]: { dims: [units.length, 1], data: lengths },
    [sideInputs.exampleWeights(side)]: { dims: [units.length, 1], data: weights },
  };
}

/**
 * Dropout masks for a pass. All are windows, at random places, of one pool that is drawn again for
 * every pass: within one its elements are independent, and drawing costs one number for every few
 * hundred elements used.
 */
export function dropoutFeeds(
  dropoutMasks: readonly DropoutMask[],
  sizes: Readonly<Record<string, number>>,
  rate: number,
  random: Random,
): Feeds {
  if (dropoutMasks.length === 0) return {};
  const sizeOf = ({ name, rows, columns }: DropoutMask) => {
    const count = required(sizes, rows);
    return { name, dims: [count, columns], size: count * columns };
  };
  const masks = dropoutMasks.map(sizeOf);
  const pool = new Float32Array(2 * Math.max(...masks.map(({ size }) => size)));
  const threshold = Math.round(rate * 0x10000);
  const kept = 1 / (1 - threshold / 0x10000);
  for (let i = 0; i < pool.length; i += 2) {
    const word = random.uint32();
    pool[i] = word >>> 16 < threshold ? 0 : kept;
    pool[i + 1] = (word & 0xffff) < threshold ? 0 : kept;
  }
  return Object.fromEntries(
    masks.map(({ name, dims, size }) => {
      const start = random.below(pool.length - size + 1);
      return [name, { dims, data: pool.subarray(start, start + size) }];
    }),
  );
}
