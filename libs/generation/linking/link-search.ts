// Which path a model finds likeliest: the best of those so far are gone on with token by token.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { logSumExp } from '../decoding/candidates.js';
import { DamagedWeightsError } from '../errors/damaged-weights.error.js';
import { LinkError } from '../errors/link.error.js';
import { beamsOf, type FoundPath, type Link, type LinkOptions, longestPath } from './link.js';
import { type Group, type PathNode, pathTrie, SEVERAL } from './path-trie.js';

/** A path so far. */
export interface Followed {
  readonly tokens: readonly number[];
  readonly node: PathNode;
  readonly logProb: number;
  /** Sum of ln of the probability of all that was allowed. */
  readonly mass: number;
  /** ln p with the best weight that it can still come to: of an unfinished path, the most that it can score. */
  readonly score: number;
}

type Finished = Followed & { readonly node: { readonly path: number } };

/** What comes of a step. */
export interface Step {
  readonly open: readonly Continued[];
  /** The path that was finished, where it is the best so far. */
  readonly ended?: Continued;
}

/** A path with one token more. */
export interface Continued {
  /** The place of what it continues. */
  readonly from: number;
  readonly to: Followed;
}

export class LinkSearch {
  private followed: readonly Followed[];
  /** The best path of each group that was followed to its end. */
  private readonly found = new Map<Group, Finished>();
  /** The most that anything that was not gone on with could have scored, by its group. */
  private readonly aside = new Map<PathNode['group'], number>();
  readonly beams: number;
  private readonly longest: number;

  /** @throws LinkError */
  constructor(
    private readonly options: LinkOptions,
    vocabulary: number,
  ) {
    const { paths } = options;
    const beams = beamsOf(options);
    if (!Number.isInteger(beams) || beams < 1)
      throw new LinkError(`link.beams is ${beams}, expected a whole number from 1 on`);
    this.beams = beams;
    this.longest = longestPath(options);
    const node = pathTrie(paths, vocabulary);
    this.followed = [{ tokens: [], node, logProb: 0, mass: 0, score: node.weight }];
  }

  /** Unfinished paths; none where the search is over. */
  get open(): readonly Followed[] {
    return this.followed;
  }

  /**
   * @param logits of each of the open paths, [vocabulary].
   * @throws DamagedWeightsError
   */
  advance(logits: readonly Float32Array[]): Step {
    const best = this.best;
    const all = zip(this.followed, logits)
      .flatMap(([one, own], from) => continuations(one, own).map((to) => ({ from, to })))
      .filter(({ to }) => this.mayWin(to))
      .toSorted((a, b) => b.to.score - a.to.score);
    const chosen = inGroups(all).slice(0, this.beams);
    for (const { to } of all) if (!chosen.some((one) => one.to === to)) this.setAside(to);
    for (const { to } of chosen) if (isFinished(to)) this.end(to);
    const open = chosen.filter(({ to }) => !isFinished(to) && this.mayWin(to));
    this.followed = open.map(({ to }) => to);
    const ended = chosen.find(({ to }) => to === this.best && to !== best);
    return { open, ...(ended ? { ended } : {}) };
  }

  /** The finished path of the highest score. */
  get best(): Finished | undefined {
    return this.inOrder[0];
  }

  /** Tokens that an open path may still have. */
  get ahead(): number {
    return this.longest - (this.followed[0]?.tokens.length ?? 0);
  }

  /** What is left once none is open. */
  get chosen(): { link: Link; tokens: readonly number[]; after: readonly number[] | undefined } {
    const [best, ...beside] = this.inOrder;
    if (!best) throw new Error('expected a path that is finished');
    const { tokens, mass, score, node } = best;
    const { after, group } = item(this.options.paths, node.path);
    const rival = beside[0]?.score ?? this.mostAside(group);
    const link = {
      ...foundOf(best),
      tokens: tokens.length,
      read: after?.length ?? 0,
      mass,
      margin: score - rival,
      beside: beside.map(foundOf),
    };
    return { link, tokens, after };
  }

  private get inOrder(): Finished[] {
    return [...this.found.values()].toSorted((a, b) => b.score - a.score);
  }

  /** Of a group one path is told: what cannot beat it is not gone on with. */
  private mayWin({ node: { group }, score }: Followed): boolean {
    return group === SEVERAL || score > (this.found.get(group)?.score ?? -Infinity);
  }

  private end(one: Finished): void {
    const { group } = item(this.options.paths, one.node.path);
    if (this.mayWin(one)) this.found.set(group, one);
  }

  private setAside({ node: { group }, score }: Followed): void {
    this.aside.set(group, Math.max(score, this.aside.get(group) ?? -Infinity));
  }

  private mostAside(group: PathNode['group']): number {
    const others = [...this.aside].filter(([other]) => other !== group);
    return Math.max(-Infinity, ...others.map(([, score]) => score));
  }
}

/** All that may follow, in the order of the tokens. */
function continuations(
  { tokens, node, logProb, mass }: Followed,
  logits: Float32Array,
): Followed[] {
  const total = logSumExp(logits);
  if (!Number.isFinite(total)) throw new DamagedWeightsError(`the sum of logits is ${total}`);
  const allowed = [...node.next].toSorted(([a], [b]) => a - b);
  const own = Float32Array.from(allowed, ([token]) => item(logits, token));
  const gained = logSumExp(own) - total;
  return allowed.map(([token, next], i) => {
    const p = logProb + item(own, i) - total;
    const followed = { tokens: [...tokens, token], node: next, logProb: p, mass: mass + gained };
    return { ...followed, score: p + next.weight };
  });
}

/** First the best of each group, and all that may still be of several, then the others. */
function inGroups(likeliest: readonly Continued[]): Continued[] {
  const groups = new Set<unknown>();
  const [firsts, others]: [Continued[], Continued[]] = [[], []];
  for (const one of likeliest) {
    const { node } = one.to;
    const group = node.group === SEVERAL ? node : node.group;
    (groups.has(group) ? others : firsts).push(one);
    groups.add(group);
  }
  return [...firsts, ...others];
}

const isFinished = (one: Followed): one is Finished => one.node.path !== undefined;

const foundOf = ({ node: { path }, score }: Finished): FoundPath => ({ path, score });
