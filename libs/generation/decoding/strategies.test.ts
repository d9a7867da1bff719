// Strategies against plain loops over every layer's logits, and what they leave out against what they
// would have found.

import { describe, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { Random } from '#runtime/random.js';
import { logSumExp, nucleusOf, plausible, wholeOf } from './candidates.js';
import { deco } from './deco.js';
import { dola } from './dola.js';
import { type Answer, answered, type Question } from './early-layers.js';
import { energy } from './energy.js';
import { greedy } from './greedy.js';
import { sled } from './sled.js';
import type { Strategy } from './strategy.js';

const VOCABULARY = 60;
const DEPTH = 8;
const PART = 12;
const WINDOW = [3, 4, 5, 6];

/** Logits of each layer, 0 to DEPTH: every layer a step on from the one before. */
function layersOf(random: Random, sharpness: number): Float32Array[] {
  const layers = [Float32Array.from({ length: VOCABULARY }, () => random.normal())];
  for (let layer = 1; layer <= DEPTH; layer++) {
    const before = item(layers, layer - 1);
    layers.push(before.map((z) => z + sharpness * random.normal()));
  }
  return layers;
}

const divergenceOf = (p: Float32Array, q: Float32Array): number => {
  const [a, b] = [logSumExp(p), logSumExp(q)];
  return zip(p, q).reduce((sum, [x, y]) => {
    const [lnP, lnQ] = [x - a, y - b];
    const mean = (Math.exp(lnP) + Math.exp(lnQ)) / 2;
    return sum + mean * (Math.log(mean) - (lnP + lnQ) / 2);
  }, 0);
};

/**
 * Answers from logits of all layers, and remembers what was asked.
 * @param less by how much the rest of the vocabulary is told too small.
 */
function oracle(layers: readonly Float32Array[], less: number) {
  const asked: Question[] = [];
  const tell = (question: Question, e: Float32Array): Float32Array => {
    const z = item(layers, DEPTH);
    const p = e.map((x) => Math.exp(x - logSumExp(e)));
    const best = greedy(e);
    const sum = (of: (i: number) => number): number => [...e.keys()].reduce((s, i) => s + of(i), 0);
    switch (question.measure) {
      case 'logits':
        return Float32Array.from(question.ids ?? [], (id) => item(e, id));
      case 'first':
        return Float32Array.of(logSumExp(e.subarray(0, PART)));
      case 'rest':
        return Float32Array.of(logSumExp(e.subarray(PART)) - less);
      case 'normaliser':
        return Float32Array.of(logSumExp(e));
      case 'divergence':
        return Float32Array.of(divergenceOf(z, e), logSumExp(e));
      case 'evolution':
        return Float32Array.of(
          logSumExp(e),
          sum((i) => p[i]! * (e[i]! - z[i]!)),
          sum((i) => p[i]! ** 2),
          sum((i) => (e[i]! - z[i]!) ** 2),
          best,
          sum((i) => (i === best ? 0 : p[i]!)),
          sum((i) => (i === best ? 0 : p[i]! * (e[i]! - z[i]!))),
          sum((i) => (i === best ? 0 : p[i]! ** 2)),
        );
      case 'vocabulary':
        return e;
    }
  };
  const answer = (question: Question): Answer => {
    asked.push(question);
    return question.layers.map((layer) => tell(question, item(layers, layer)));
  };
  return { answer, asked };
}

const correct = (
  strategy: Strategy,
  layers: readonly Float32Array[],
  isGreedy = false,
  less = 0,
) => {
  const { answer, asked } = oracle(layers, less);
  const corrected = answered(strategy.correct(item(layers, DEPTH), isGreedy), answer);
  return { ...corrected, logits: wholeOf(corrected.logits, VOCABULARY), asked };
};

/** Different sharpness gives candidate sets of all sizes. */
const steps = (count: number): Float32Array[][] => {
  const random = new Random(3);
  return Array.from({ length: count }, (_, i) => layersOf(random, 0.2 + (i % 10) * 0.25));
};

describe('deco', () => {
  const options = { layers: WINDOW, alpha: 0.6, topP: 0.9, topK: 20 };

  /** All layers' softmax over the whole vocabulary, as the definition has it. */
  function stacked(layers: readonly Float32Array[], ids: readonly number[]) {
    let [peak, chosen] = [-1, -1];
    for (const layer of WINDOW) {
      const e = item(layers, layer);
      for (const id of ids) {
        const p = Math.exp(item(e, id) - logSumExp(e));
        if (p > peak) [peak, chosen] = [p, layer];
      }
    }
    return { layer: chosen, peak };
  }

  test('is its definition, whatever it leaves out', () => {
    const sizes = new Set<number>();
    for (const layers of steps(300)) {
      const z = item(layers, DEPTH);
      const ids = nucleusOf(z, 20, 0.9);
      sizes.add(ids.length);
      const { layer, peak } = stacked(layers, ids);
      const corrected = correct(deco(options), layers);
      if (ids.length > 1) expect(corrected.layer).toBe(layer);
      for (const id of ids) {
        const gain = ids.length > 1 ? 0.6 * peak * item(item(layers, layer), id) : 0;
        expect(corrected.logits[id]).toBeCloseTo(item(z, id) + gain, 4);
      }
      expect(corrected.logits.filter(Number.isFinite)).toHaveLength(ids.length);
    }
    expect(Math.min(...sizes)).toBe(1);
    expect(Math.max(...sizes)).toBe(20);
  });

  test('where the rest is rounded, it leaves out none that would be the surest', () => {
    const less = 0.3;
    let certain = 0;
    for (const layers of steps(300)) {
      const ids = nucleusOf(item(layers, DEPTH), 20, 0.9);
      if (ids.length === 1) continue;
      const peaks = WINDOW.map((layer) => {
        const e = item(layers, layer);
        const told = Float32Array.from(ids, (id) => item(e, id));
        const [part, rest] = [e.subarray(0, PART), e.subarray(PART)].map(logSumExp) as [
          number,
          number,
        ];
        const sums = [Math.log(Math.exp(part) + Math.exp(rest - less)), logSumExp(told)];
        if (item(sums, 1) > item(sums, 0)) certain++;
        return Math.fround(Math.exp(Math.fround(Math.max(...told) - Math.max(...sums))));
      });
      const { layer } = correct(deco(options), layers, false, less);
      expect(item(peaks, WINDOW.indexOf(layer!))).toBeCloseTo(Math.max(...peaks), 6);
    }
    // Candidates that have more together than all have by the rounded sum.
    expect(certain).toBeGreaterThan(50);
  });

  test('greedy takes the same token where it asks less', () => {
    let settled = 0;
    for (const layers of steps(300)) {
      const whole = correct(deco(options), layers);
      const short = correct(deco(options), layers, true);
      expect(greedy(short.logits)).toBe(greedy(whole.logits));
      if (short.isSkipped && !whole.isSkipped) settled++;
    }
    expect(settled).toBeGreaterThan(50);
  });

  test('one candidate asks nothing; more ask the rest of few layers', () => {
    const asked = steps(300).map((layers) => correct(deco(options), layers));
    for (const { isSkipped, asked: questions } of asked)
      expect(questions.length === 0).toBe(isSkipped ?? false);
    const rests = asked.flatMap(({ asked: questions }) =>
      questions.flatMap(({ measure, layers }) => (measure === 'rest' ? layers : [])),
    );
    const corrected = asked.filter(({ isSkipped }) => !isSkipped);
    expect(rests.length).toBeGreaterThanOrEqual(corrected.length);
    expect(rests.length).toBeLessThan(WINDOW.length * corrected.length);
  });

  test('of equally sure layers the earliest is taken', () => {
    const layers = layersOf(new Random(1), 0.3);
    for (const layer of WINDOW) layers[layer] = item(layers, 4).slice();
    const { layer } = correct(deco(options), layers);
    expect(layer).toBe(WINDOW[0]);
  });

  test('tokens that are banned are no candidates', () => {
    const layers = layersOf(new Random(1), 0.3);
    const z = item(layers, DEPTH);
    const [banned] = nucleusOf(z, 20, 0.9) as [number];
    z[banned] = -Infinity;
    expect(correct(deco(options), layers).logits[banned]).toBe(-Infinity);
  });
});

describe('dola', () => {
  const options = { layers: WINDOW, threshold: 0.1 };

  test('is its definition', () => {
    for (const layers of steps(100)) {
      const z = item(layers, DEPTH);
      const ids = plausible(z, 0.1);
      const divergences = WINDOW.map((layer) => divergenceOf(z, item(layers, layer)));
      const chosen = item(WINDOW, divergences.indexOf(Math.max(...divergences)));
      const corrected = correct(dola(options), layers);
      if (ids.length === 1) continue;
      expect(corrected.layer).toBe(chosen);
      const e = item(layers, chosen);
      for (const id of ids)
        expect(corrected.logits[id]).toBeCloseTo(
          item(z, id) - logSumExp(z) - item(e, id) + logSumExp(e),
          4,
        );
    }
  });

  test('greedy takes the same token where it asks less', () => {
    let settled = 0;
    for (const layers of steps(300)) {
      const short = correct(dola(options), layers, true);
      expect(greedy(short.logits)).toBe(greedy(correct(dola(options), layers).logits));
      if (short.isSkipped && short.asked.length > 0) settled++;
    }
    expect(settled).toBeGreaterThan(5);
  });
});

test('sled moves towards where the layers went: with no step nothing, with larger ones more', () => {
  const [layers] = steps(1) as [Float32Array[]];
  const z = item(layers, DEPTH);
  const still = correct(sled({ layers: WINDOW, alpha: 0, topK: 10 }), layers).logits;
  for (const [id, logit] of still.entries())
    if (logit !== -Infinity) expect(logit).toBe(item(z, id));
  expect(still.filter(Number.isFinite)).toHaveLength(10);
  const moved = (alpha: number): number => {
    const { logits } = correct(sled({ layers: WINDOW, alpha, topK: 10 }), layers);
    return Math.max(...zip(logits, still).map(([a, b]) => (b === -Infinity ? 0 : Math.abs(a - b))));
  };
  expect(moved(2)).toBeGreaterThan(moved(0.5));
});

test('energy takes the layer of the largest logsumexp, without what is banned', () => {
  const [layers] = steps(1) as [Float32Array[]];
  const sums = WINDOW.map((layer) => logSumExp(item(layers, layer)));
  item(layers, DEPTH)[7] = -Infinity;
  const { layer, logits } = correct(energy({ layers: WINDOW }), layers);
  expect(layer).toBe(item(WINDOW, sums.indexOf(Math.max(...sums))));
  expect(logits).toEqual(item(layers, layer!).with(7, -Infinity));
});
