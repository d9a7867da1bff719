// Paths of tokens as a tree: which token may follow those so far, and what it can still lead to.

import { LinkError } from '../errors/link.error.js';
import type { LinkPath } from './link.js';

/** Paths of more than one group lead through a node. */
export const SEVERAL = 'several';
export type Group = number | undefined;

export interface PathNode {
  readonly next: ReadonlyMap<number, PathNode>;
  /** The highest of the paths that lead through here. */
  readonly weight: number;
  readonly group: Group | typeof SEVERAL;
  /** The place of the path that ends here: nothing follows it. */
  readonly path?: number;
}

interface Growing {
  readonly next: Map<number, Growing>;
  weight: number;
  group: Group | typeof SEVERAL;
  path?: number;
}

/**
 * @param vocabulary ids below it are tokens.
 * @throws LinkError without a path, for one without a token, one that is the beginning of another, and
 * for what is no token or weight.
 */
export function pathTrie(paths: readonly LinkPath[], vocabulary: number): PathNode {
  const [first] = paths;
  if (!first) throw new LinkError('link.paths is empty, expected at least one path');
  const root: Growing = { next: new Map(), weight: -Infinity, group: first.group };
  for (const [place, path] of paths.entries()) {
    check(path, place, vocabulary);
    grow(root, path, place);
  }
  return root;
}

function check({ tokens, weight = 0, after = [] }: LinkPath, place: number, vocabulary: number) {
  const name = `link.paths[${place}]`;
  if (tokens.length === 0) throw new LinkError(`${name} has no tokens, expected at least one`);
  if (!Number.isFinite(weight))
    throw new LinkError(`${name} has the weight ${weight}, expected a finite number`);
  const isToken = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < vocabulary;
  const wrong = [...tokens, ...after].find((id) => !isToken(id));
  if (wrong !== undefined)
    throw new LinkError(`${name} has the token ${wrong}, expected ids below ${vocabulary}`);
}

function grow(root: Growing, path: LinkPath, place: number): void {
  let node = root;
  pass(node, path);
  for (const token of path.tokens) {
    if (node.path !== undefined) throw begins(node.path, place);
    const next = node.next.get(token) ?? { next: new Map(), weight: -Infinity, group: path.group };
    node.next.set(token, next);
    node = next;
    pass(node, path);
  }
  const other = node.path ?? anyBelow(node);
  if (other !== undefined) throw begins(place, other);
  node.path = place;
}

function pass(node: Growing, { weight = 0, group }: LinkPath): void {
  node.weight = Math.max(node.weight, weight);
  if (node.group !== group) node.group = SEVERAL;
}

function anyBelow(node: Growing): number | undefined {
  let below: Growing | undefined = node;
  while (below && below.path === undefined) [below] = below.next.values();
  return below?.path;
}

const begins = (one: number, other: number): LinkError =>
  new LinkError(
    `link.paths[${one}] is the beginning of link.paths[${other}], expected paths of which none is`,
  );
