// Reverse-mode differentiation: one walk over the tape appends the backward pass to the same graph.

import { first } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { type Contribution, rules, unbroadcast } from './gradients.js';
import type { Graph, TapeEntry } from './graph.js';
import * as m from './math.js';
import { NoGradientError } from './no-gradient-error.js';
import type { Value } from './types.js';

/**
 * Real-valued results that depend on one of `sources`; comparisons and indices are constant almost
 * everywhere.
 */
function dependents(tape: readonly TapeEntry[], sources: readonly Value[]): Set<string> {
  const found = new Set(sources.map((value) => value.name));
  for (const entry of tape) {
    if (!entry.inputs.some((input) => found.has(input.name))) continue;
    for (const output of entry.outputs) if (output.type.startsWith('float')) found.add(output.name);
  }
  return found;
}

/**
 * A stretch of the forward pass whose results are made again for the backward pass, from its first
 * value, in place of being kept. The first value is passed on by way of the shape of the last one's
 * gradient, which tells nothing new but is known only then: so the nodes run when the backward pass
 * comes to them, and are not merged with those of the forward pass.
 */
function recomputed(
  graph: Graph,
  from: Value,
  to: Value,
  grad: Value,
): (entry: TapeEntry) => TapeEntry {
  const start = graph.op(
    'Reshape',
    [from, graph.op('Shape', [grad])],
    {},
    { dims: from.dims, type: from.type },
  );
  const copies = graph.replay(from, to, start);
  const copy = (value: Value): Value => copies.get(value.name) ?? value;
  return (entry) => ({
    ...entry,
    inputs: entry.inputs.map(copy),
    outputs: entry.outputs.map(copy),
    saved: entry.saved.map(copy),
  });
}

/**
 * Gradients of a scalar with respect to `parameters`, in their order and shapes.
 * @param unrelated what becomes of a parameter the loss does not depend on: it is refused, or its
 * gradient is zero.
 * @param kept streams of values in their order, one following from the other and of the same shape,
 * between which nothing is kept for the backward pass: it is computed again, to the same bits.
 * Absent: everything is kept.
 * @throws NoGradientError where the loss depends on a parameter through an op without a rule, or
 * where one is refused.
 */
export function backward(
  graph: Graph,
  loss: Value,
  parameters: readonly Value[],
  unrelated: 'refuse' | 'zero' = 'refuse',
  kept: readonly (readonly Value[])[] = [],
): Value[] {
  const active = dependents(graph.tape, parameters);
  const gradients = new Map<string, Value>([[loss.name, graph.scalar(1)]]);

  const accumulate = (target: Value, contribution: Contribution): void => {
    const sum = gradients.get(target.name);
    if ('into' in contribution) {
      gradients.set(target.name, contribution.into(sum));
      return;
    }
    const grad = unbroadcast(graph, contribution.plain(), target);
    gradients.set(target.name, sum ? m.add(graph, sum, grad) : grad);
  };

  const stretches = kept.flatMap((stream) => zip(stream.slice(0, -1), stream.slice(1)));
  let again: ((entry: TapeEntry) => TapeEntry) | undefined;

  graph.untaped(() => {
    for (const entry of graph.tape.toReversed()) {
      const grads = entry.outputs.map((output) => gradients.get(output.name));
      const grad = grads.find((value) => value !== undefined);
      if (!grad || !entry.inputs.some((input) => active.has(input.name))) continue;
      const rule = rules[entry.op];
      if (!rule) throw new NoGradientError(entry.op);
      const { name } = first(entry.outputs);
      const stretch = stretches.find(([, to]) => to.name === name);
      if (stretch) again = recomputed(graph, ...stretch, grad);
      const seen = again?.(entry) ?? entry;
      const [x, y] = [first(seen.inputs), first(seen.outputs)];
      const contributions = rule({ graph, entry: seen, x, y, grad, grads });
      for (const [i, input] of entry.inputs.entries()) {
        const contribution = contributions[i];
        if (!active.has(input.name)) continue;
        if (!contribution)
          throw new NoGradientError(entry.op, `operand ${i} is not differentiable`);
        accumulate(input, contribution);
      }
    }
  });
  return parameters.map((parameter) => {
    const grad = gradients.get(parameter.name);
    if (grad) return grad;
    if (unrelated === 'zero') return graph.untaped(() => m.zeros(graph, parameter.dims));
    throw new NoGradientError(parameter.name, 'the loss does not depend on it');
  });
}
