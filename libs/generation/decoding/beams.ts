// Beam search as transformers 5 has it: which continuations of the beams are gone on with, which
// finished answers are kept, and when the search is over.

import { item } from '#collections/items.js';
import { heaviest } from './heaviest.js';

export interface BeamOptions {
  /** Beams that are gone on with, and finished answers that are kept. */
  readonly width: number;
  /** Scores are divided by length^penalty: above 0 longer answers gain. */
  readonly lengthPenalty: number;
  /**
   * Whether the search is over once `width` answers are finished. Where not, it goes on while the best
   * beam could still beat the worst of them: at its present length, or, by `never`, at the longest.
   */
  readonly earlyStopping: boolean | 'never';
  /** Answers that are given, likeliest first; fewer where fewer were found. */
  readonly given: number;
}

/** A beam with one token more. */
export interface Candidate {
  readonly beam: number;
  readonly token: number;
  /** Sum of ln p. */
  readonly score: number;
}

/** What continues one beam. */
export interface Scored {
  /** Of the beam so far. */
  readonly score: number;
  /** [vocabulary], -Infinity of tokens that must not come. */
  readonly logProbs: Float32Array;
}

/**
 * The likeliest continuations of all beams together, likeliest first; of equals that of the earlier
 * beam, then the smaller id. None that is forbidden.
 */
export function likeliest(beams: readonly Scored[], count: number): Candidate[] {
  return beams
    .flatMap(({ score, logProbs }, beam) =>
      heaviest(logProbs, count).map((token) => ({
        beam,
        token,
        score: score + item(logProbs, token),
      })),
    )
    .filter(({ score }) => score !== -Infinity)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count);
}

/**
 * Continuations that are looked at in a step: as many as leave `width` of them unfinished where each
 * beam ends by each of its end tokens.
 */
export const breadth = (width: number, ends: number): number => Math.max(2, 1 + ends) * width;

/** The finished answers of a search. */
export class Finished<T> {
  private readonly kept: { readonly answer: T; readonly score: number }[] = [];

  /** @param longest tokens that an answer can have. */
  constructor(
    private readonly options: BeamOptions,
    private readonly longest: number,
  ) {}

  /** @param score sum of ln p. @param length in tokens, an end token included. */
  add(answer: T, score: number, length: number): void {
    this.kept.push({ answer, score: this.scaled(score, length) });
    this.kept.sort((a, b) => b.score - a.score);
    if (this.kept.length > this.options.width) this.kept.pop();
  }

  /** @param best sum of ln p of the best beam that goes on. @param length its tokens. */
  isOver(best: number, length: number): boolean {
    const { width, lengthPenalty, earlyStopping } = this.options;
    const worst = this.kept.at(width - 1);
    if (!worst) return false;
    if (earlyStopping === true) return true;
    const isLongest = earlyStopping === 'never' && lengthPenalty > 0;
    return !(this.scaled(best, isLongest ? this.longest : length) > worst.score);
  }

  /** Likeliest first. */
  get best(): T[] {
    return this.kept.slice(0, this.options.given).map(({ answer }) => answer);
  }

  private scaled(score: number, length: number): number {
    return score / length ** this.options.lengthPenalty;
  }
}
