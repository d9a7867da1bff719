// Features of images in the place of some tokens' embeddings: what a pass over a prompt with images sees.

import { item } from '#collections/items.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Interference } from '../layers/pass.js';
import type { ModelConfig, PictureFeatures } from '../types.js';
import { type Place, placesOf } from './attention/places.js';
import { sequenceDims } from './attention/sequence-attention.js';
import type { PassInputs } from './attention/sequence-inputs.js';

/** Size of `features`. */
export const FEATURES = 'features';

const imageInputs = {
  /** [features, hidden], or what a connector in training makes such of: [features, connectorWidth]. */
  features: 'images.features',
  /** [features] int64: which token each one stands for. */
  places: 'images.places',
  /** [tokens] int64: which tokens are embedded as themselves, and which as features (replaceRows). */
  sources: 'images.sources',
  /** [features] int64: which of the rows that are made each one is made of. */
  order: 'images.order',
  /** [features, 1]: 1 for what ends a row of a picture, which a connector makes nothing of. */
  newlines: 'images.newlines',
} as const;

/** What makes features of what is fed: gradients flow to it. */
export interface Connecting {
  /** Numbers of a row that it reads. */
  readonly width: number;
  /** All rows that it reads, in any order, where they are made in the graph. Absent: they are fed. */
  readonly seen?: Value;
  /** [features, width] -> [features, hidden] */
  connect(rows: Value): Value;
  /** [hidden]: what ends a row of a picture. Absent: nothing does. */
  readonly newline?: Value;
}

/**
 * A token that no feature stands for enters as it is, to the bit.
 * @param connecting absent: features are fed.
 */
export const withFeatures =
  (graph: Graph, { hiddenSize }: ModelConfig, connecting?: Connecting): Interference['embedded'] =>
  (tokens) => {
    const fed = (): Value =>
      graph.input(imageInputs.features, [FEATURES, connecting?.width ?? hiddenSize]);
    const sources = graph.input(imageInputs.sources, [sequenceDims.tokens], 'int64');
    if (!connecting) return m.replaceRows(graph, tokens, fed(), sources);
    const places = graph.input(imageInputs.places, [FEATURES], 'int64');
    const rows = connecting.seen
      ? m.gather(graph, connecting.seen, graph.input(imageInputs.order, [FEATURES], 'int64'))
      : fed();
    const features = withNewlines(graph, connecting, connecting.connect(rows));
    return m.replaceRows(graph, tokens, features, sources, places);
  };

function withNewlines(graph: Graph, { newline }: Connecting, features: Value): Value {
  if (!newline) return features;
  const ends = graph.input(imageInputs.newlines, [FEATURES, 1]);
  const kept = m.mul(graph, features, m.sub(graph, graph.scalar(1), ends));
  return m.add(graph, kept, m.mul(graph, ends, newline));
}

/** Rows of an image's features, one after the other, that stand for a pass's tokens. */
export interface PlacedFeatures {
  readonly features: PictureFeatures;
  /** The first of its rows, and the token that it stands for, as an index into those that are read. */
  readonly row: number;
  readonly token: number;
  readonly count: number;
}

/** How many tokens of a prompt stand for a picture. */
export const placesOfPicture = ({ dims, order }: PictureFeatures): number =>
  order?.length ?? item(dims, 0);

/**
 * Images' features in the place of placeholders, as far as there are both.
 * @param token their id.
 */
export function placedFeatures(
  ids: readonly number[],
  token: number,
  images: readonly PictureFeatures[],
): PlacedFeatures[] {
  const placed: PlacedFeatures[] = [];
  let [at, row] = [0, 0];
  for (const [place, id] of ids.entries()) {
    const features = images[at];
    if (id !== token || !features) continue;
    placed.push({ features, row, token: place, count: 1 });
    row += 1;
    if (row < placesOfPicture(features)) continue;
    [at, row] = [at + 1, 0];
  }
  return placed;
}

/** Where the tokens of a sequence stand. @param placed among them, each by itself. */
export function placesAmong(length: number, placed: readonly PlacedFeatures[]): Place[] {
  const byToken = new Map(placed.map((one) => [one.token, one]));
  return placesOf(length, (token) => {
    const { row: index = 0, features } = byToken.get(token) ?? {};
    return features?.grid && { index, grid: features.grid };
  });
}

/**
 * @param width of a feature.
 * @param read how many tokens a pass reads.
 */
export function featureFeeds(
  width: number,
  read: number,
  placed: readonly PlacedFeatures[],
): PassInputs {
  const { feeds, sizes } = placeFeeds(read, placed);
  const count = countOf(placed);
  const features = new Float32Array(count * width);
  let at = 0;
  for (const { features: all, row, count: own } of placed) {
    features.set(all.data.subarray(row * width, (row + own) * width), at * width);
    at += own;
  }
  const fed = { [imageInputs.features]: { dims: [count, width], data: features } };
  return { feeds: { ...feeds, ...fed }, sizes };
}

const countOf = (placed: readonly PlacedFeatures[]): number =>
  placed.reduce((sum, { count }) => sum + count, 0);

/**
 * The same of pictures whose rows are made in the graph.
 * @param firstRow of a picture's rows among all that are made.
 */
export function orderFeeds(
  read: number,
  placed: readonly PlacedFeatures[],
  firstRow: (features: PictureFeatures) => number,
): PassInputs {
  const { feeds, sizes } = placeFeeds(read, placed);
  const order = placed.flatMap(({ features, row, count }) => {
    const first = firstRow(features);
    const own = (features.order ?? new Int32Array()).subarray(row, row + count);
    return Array.from(own, (at) => BigInt(first + at));
  });
  const fed = {
    [imageInputs.order]: { dims: [order.length], data: BigInt64Array.from(order) },
  };
  return { feeds: { ...feeds, ...fed }, sizes };
}

/** Which tokens features stand for. */
function placeFeeds(read: number, placed: readonly PlacedFeatures[]): PassInputs {
  const sources = BigInt64Array.from({ length: read }, (_, token) => BigInt(token));
  const count = countOf(placed);
  const places = new BigInt64Array(count);
  const newlines = new Float32Array(count);
  let at = 0;
  for (const { features: all, row, token, count: own } of placed) {
    for (let i = 0; i < own; i++) {
      places[at] = BigInt(token + i);
      newlines[at] = all.newlines?.[row + i] ?? 0;
      sources[token + i] = BigInt(at++ - count);
    }
  }
  return {
    feeds: {
      [imageInputs.places]: { dims: [count], data: places },
      [imageInputs.newlines]: { dims: [count, 1], data: newlines },
      [imageInputs.sources]: { dims: [read], data: sources },
    },
    sizes: { [FEATURES]: count },
  };
}
