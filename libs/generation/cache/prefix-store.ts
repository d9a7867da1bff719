// Keys and values of what was read, in blocks, for prompts that begin alike: at most so many bytes, the
// least recently used go first. What is kept is one owner's, of one model, and no other finds it.

import type { PromptKeys } from './cache.js';

/** Tokens of a block. */
export const BLOCK = 32;

/** Whose prompts, and by what they are read: an adapter, or a lane's own weights. */
export interface Reader {
  readonly owner: string;
  readonly model: object;
}

export interface Block {
  /** By layer, [KV, BLOCK, D]. */
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/** Tokens of prompts that were looked for, and those of them that were there. */
export interface PrefixFigures {
  readonly queries: number;
  readonly hits: number;
}

/** A block after those that lead to it. */
interface Node extends Block {
  readonly siblings: Map<string, Node>;
  readonly name: string;
  readonly next: Map<string, Node>;
  readonly bytes: number;
}

/** Beginnings by model and owner. */
type Roots = Map<object, Map<string, Map<string, Node>>>;

export class PrefixStore {
  readonly figures = { queries: 0, hits: 0 };
  private readonly roots: Roots = new Map();
  /** Least recently used first; a block is newer than those that follow on it. */
  private readonly used = new Set<Node>();
  private readonly forgotten = new WeakSet<object>();
  private taken = 0;
  private lent = 0;
  private isClosed = false;
  /** How often any owner has been forgotten: what was begun before that is not kept. */
  epoch = 0;

  /** @param limit bytes of all blocks. */
  constructor(
    private readonly limit: number,
    private readonly heads: number,
    private readonly headDim: number,
  ) {}

  get bytes(): number {
    return this.taken;
  }

  /**
   * Has blocks make room for what is no block: until it is given back, bytes of the limit are another's.
   * @returns whether there is so much.
   */
  lend(bytes: number): boolean {
    if (this.lent + bytes > this.limit) return false;
    this.lent += bytes;
    this.evict();
    return true;
  }

  giveBack(bytes: number): void {
    this.lent -= bytes;
  }

  /** @returns the blocks that the ids begin with; a token at least is left to be read. */
  find(reader: Reader, ids: readonly number[]): Block[] {
    const found: Node[] = [];
    let next = this.roots.get(reader.model)?.get(reader.owner);
    for (const name of namesOf(ids.slice(0, -1))) {
      const node = next?.get(name);
      if (!node) break;
      found.push(node);
      next = node.next;
    }
    this.touch(found);
    this.figures.queries += ids.length;
    this.figures.hits += found.length * BLOCK;
    return found;
  }

  /** Keeps what was read of the ids. Of a model that is forgotten nothing is kept any more. */
  keep({ owner, model }: Reader, ids: readonly number[], { keys, values }: PromptKeys): void {
    if (this.isClosed || this.forgotten.has(model) || ids.length < BLOCK) return;
    const owners = entry(this.roots, model, () => new Map());
    let siblings = entry(owners, owner, () => new Map<string, Node>());
    const path: Node[] = [];
    for (const [i, name] of namesOf(ids).entries()) {
      let node = siblings.get(name);
      if (!node) {
        const cut = (data: Float32Array): Float32Array => this.cut(data, i * BLOCK);
        const block = { keys: keys.map(cut), values: values.map(cut) };
        node = { ...block, siblings, name, next: new Map(), bytes: bytesOf(block) };
        siblings.set(name, node);
        this.taken += node.bytes;
      }
      path.push(node);
      siblings = node.next;
    }
    this.touch(path);
    this.evict();
  }

  /** Of all owners, and for good. */
  forgetModel(model: object): void {
    this.forgotten.add(model);
    for (const first of this.roots.get(model)?.values() ?? []) this.drop(first);
    this.roots.delete(model);
  }

  /** What is read now is not to be kept either (`epoch`). */
  forgetOwner(owner: string): void {
    this.epoch += 1;
    for (const owners of this.roots.values()) {
      this.drop(owners.get(owner) ?? new Map());
      owners.delete(owner);
    }
  }

  /** Of all owners and models: what is read from now on is not kept either. */
  close(): void {
    this.isClosed = true;
    for (const owners of this.roots.values()) for (const first of owners.values()) this.drop(first);
    this.roots.clear();
  }

  /** [KV, slots, D] -> [KV, BLOCK, D] */
  private cut(data: Float32Array, from: number): Float32Array {
    const { heads, headDim } = this;
    const [slots, size] = [data.length / (heads * headDim), BLOCK * headDim];
    const block = new Float32Array(heads * size);
    for (let head = 0; head < heads; head++) {
      const start = (head * slots + from) * headDim;
      block.set(data.subarray(start, start + size), head * size);
    }
    return block;
  }

  private drop(nodes: ReadonlyMap<string, Node>): void {
    for (const node of nodes.values()) {
      this.drop(node.next);
      this.used.delete(node);
      this.taken -= node.bytes;
    }
  }

  private touch(path: readonly Node[]): void {
    for (const node of path.toReversed()) {
      this.used.delete(node);
      this.used.add(node);
    }
  }

  private evict(): void {
    for (const node of this.used) {
      if (this.taken + this.lent <= this.limit) return;
      node.siblings.delete(node.name);
      this.used.delete(node);
      this.taken -= node.bytes;
    }
  }
}

/** Each whole block of the ids. */
const namesOf = (ids: readonly number[]): string[] =>
  Array.from({ length: Math.floor(ids.length / BLOCK) }, (_, i) =>
    ids.slice(i * BLOCK, (i + 1) * BLOCK).join(),
  );

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

const bytesOf = ({ keys, values }: Block): number =>
  [...keys, ...values].reduce((sum, { byteLength }) => sum + byteLength, 0);
