// Documents by how well they fit a text, by BM25.
// Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.

import { item } from '#collections/items.js';
import { termsOf } from './terms.js';

export interface Bm25Options {
  /** How soon more of one term stop counting. */
  readonly k1?: number;
  /** How much long documents are put back, 0 to 1. */
  readonly b?: number;
  readonly terms?: (text: string) => string[];
}

export interface Hit {
  /** Its index. */
  readonly document: number;
  readonly score: number;
}

interface Postings {
  readonly documents: number[];
  readonly counts: number[];
}

export class Bm25 {
  private readonly postings = new Map<string, Postings>();
  /** What k1 is multiplied by, of each document: its length over the mean, as far as b lets it. */
  private readonly lengths: Float64Array;
  private readonly k1: number;
  private readonly terms: (text: string) => string[];

  constructor(
    documents: readonly string[],
    { k1 = 1.5, b = 0.75, terms = termsOf }: Bm25Options = {},
  ) {
    this.k1 = k1;
    this.terms = terms;
    const lengths = documents.map((text, document) => this.index(terms(text), document));
    const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(documents.length, 1);
    this.lengths = Float64Array.from(lengths, (length) => 1 - b + (b * length) / (mean || 1));
  }

  /** @returns the best first; of equals the earlier document; none without a term in common. */
  top(text: string, count: number): Hit[] {
    const scores = new Map<number, number>();
    for (const term of new Set(this.terms(text))) this.addScores(term, scores);
    return [...scores]
      .map(([document, score]) => ({ document, score }))
      .toSorted((one, other) => other.score - one.score || one.document - other.document)
      .slice(0, count);
  }

  private index(terms: readonly string[], document: number): number {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      const found = this.postings.get(term) ?? { documents: [], counts: [] };
      found.documents.push(document);
      found.counts.push(count);
      this.postings.set(term, found);
    }
    return terms.length;
  }

  private addScores(term: string, scores: Map<number, number>): void {
    const found = this.postings.get(term);
    if (!found) return;
    const { documents, counts } = found;
    const rarity = Math.log(
      1 + (this.lengths.length - documents.length + 0.5) / (documents.length + 0.5),
    );
    for (const [i, document] of documents.entries()) {
      const count = item(counts, i);
      const fit = (count * (this.k1 + 1)) / (count + this.k1 * this.lengths[document]!);
      scores.set(document, (scores.get(document) ?? 0) + rarity * fit);
    }
  }
}
