// The walk over a graph's values: what is alive at once, what takes another's place, what is only
// another view.

import { expect, test } from 'vitest';
import { Graph } from './graph.js';
import * as m from './math.js';

const sizes = { n: 100 };
const VECTOR = 4 * 100;

test('a chain of elementwise nodes takes one place', () => {
  const graph = new Graph();
  graph.output('y', m.tanh(graph, m.neg(graph, m.exp(graph, graph.input('x', ['n'])))));
  expect(graph.peakBytes(sizes)).toBe(VECTOR);
});

test('what is read again stays, and a view of it is no second one', () => {
  const graph = new Graph();
  const a = m.exp(graph, graph.input('x', ['n']));
  const b = m.neg(graph, m.reshape(graph, a, [1, 'n']));
  graph.output('y', m.add(graph, b, a));
  expect(graph.peakBytes(sizes)).toBe(2 * VECTOR);
});

test('results stay to the end, and what no result needs is not made', () => {
  const graph = new Graph();
  const x = graph.input('x', ['n']);
  for (const name of ['a', 'b', 'c']) graph.output(name, m.exp(graph, x));
  m.exp(graph, x);
  expect(graph.peakBytes(sizes)).toBe(3 * VECTOR);
});
