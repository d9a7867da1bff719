// A request whose answers are searched for: each beam is a sequence with a row of its own, and a step
// goes on with the likeliest continuations of all of them.

import { first, item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import {
  type BeamOptions,
  breadth,
  type Candidate,
  Finished,
  likeliest,
} from '../decoding/beams.js';
import type { Asking } from '../decoding/early-layers.js';
import type { TokenLogProb } from '../decoding/log-probs.js';
import { NoTokenLeftError } from '../errors/no-token-left.error.js';
import type { Chunk } from './chunk.js';
import { type Row, rowId, rowsFor, tokensOf, twinId } from './row.js';
import type { Sequence } from './sequence.js';
import { type Logits, type Part, type Task, type Turn, unreadOf } from './task.js';

/** A sequence that may be gone on with, and what it has said. */
interface Beam {
  /** The id of its row. */
  readonly row: number;
  readonly sequence: Sequence;
  /** Sum of ln p. */
  readonly score: number;
  readonly text: string;
  readonly logProbs: readonly TokenLogProb[];
}

/** A beam with one token more, which has no row yet. */
interface Continued extends Omit<Beam, 'row'> {
  /** The row of the beam that it continues. */
  readonly from: number;
  readonly chunk: Chunk;
}

/** What was heard of a beam. */
interface Heard {
  readonly beam: Beam;
  readonly logits: Float32Array;
  readonly logProbs: Float32Array;
}

const NOTHING: Chunk = { text: '', tokenIds: [] };

export class BeamSearch implements Task {
  private beams: readonly Beam[];
  private readonly heard = new Map<number, Heard>();
  private readonly finished: Finished<Chunk>;
  private hasBegun = false;
  read = 0;
  cached?: number;
  readonly isStreamed = false;

  /**
   * @param root of the same prompt, without a token.
   * @param ends how many tokens end an answer.
   */
  constructor(
    private readonly root: Sequence,
    private readonly options: BeamOptions,
    private readonly ends: number,
  ) {
    this.finished = new Finished(options, root.longest);
    this.beams = [{ row: root.id, sequence: root, score: 0, text: '', logProbs: [] }];
  }

  get id(): number {
    return this.root.id;
  }
  get owner(): string {
    return this.root.owner;
  }
  get prompt(): readonly number[] {
    return this.root.prompt;
  }
  get adapter(): Sequence['adapter'] {
    return this.root.adapter;
  }
  get width(): number {
    return this.options.width;
  }

  /** As many beams as there may be. */
  get lengths(): number[] {
    const longest = Math.max(...this.rows.map(tokensOf));
    const rows = this.width * this.root.rows.length;
    return Array.from({ length: rows }, () => longest);
  }

  get unread(): number {
    return unreadOf(this);
  }

  get ahead(): number {
    return first(this.beams).sequence.ahead;
  }

  get rows(): Row[] {
    return this.beams.flatMap(({ sequence, row }) => sequence.rowsOf(row));
  }

  advance(logits: Logits): Part[] {
    this.heard.clear();
    return this.beams.map((beam) => ({ row: beam.row, asking: this.hear(beam, logits) }));
  }

  private *hear(beam: Beam, all: Logits): Asking<Turn | undefined> {
    const logits = required(all, beam.row);
    const logProbs = yield* beam.sequence.logProbs(logits, all.get(twinId(beam.row)));
    this.heard.set(beam.row, { beam, logits, logProbs });
    return this.heard.size === this.beams.length ? this.select() : undefined;
  }

  private select(): Turn {
    const { width } = this.options;
    const heard = this.beams.map(({ row }) => required(this.heard, row));
    const scored = heard.map(({ beam: { score }, logProbs }) => ({ score, logProbs }));
    const going: Continued[] = [];
    for (const [place, candidate] of likeliest(scored, breadth(width, this.ends)).entries()) {
      if (place >= width && going.length === width) break;
      const next = continued(item(heard, candidate.beam), candidate);
      if (!next.chunk.finishReason) going.push(next);
      else if (place < width)
        this.finished.add(answerOf(next), next.score, next.sequence.tokens.length);
    }
    const [best] = going;
    if (best && !this.finished.isOver(best.score, best.sequence.tokens.length))
      return this.goOn(going);
    return { chunk: this.answer() };
  }

  private goOn(going: readonly Continued[]): Turn {
    const all = Array.from({ length: this.width }, (_, i) => rowId(this.id, i));
    const before = this.beams.map(({ row }) => row);
    const { rows, copies } = rowsFor(
      going.map(({ from }) => from),
      all,
    );
    this.beams = zip(going, rows).map(([next, row]) => ({ ...next, row }));
    const chunk = this.hasBegun ? {} : { chunk: NOTHING };
    this.hasBegun = true;
    return {
      ...chunk,
      copies: copies.flatMap(({ from, to }) => this.pairs(from, to)),
      freed: before.filter((row) => !rows.includes(row)).flatMap((row) => this.idsOf(row)),
    };
  }

  private pairs(from: number, to: number): { from: number; to: number }[] {
    return zip(this.idsOf(from), this.idsOf(to)).map(([source, target]) => ({
      from: source,
      to: target,
    }));
  }

  /** Of all rows of a beam, by that of the first. */
  private idsOf(row: number): number[] {
    return this.root.rowsOf(row).map(({ id }) => id);
  }

  private answer(): Chunk {
    const [best, ...beside] = this.finished.best;
    if (!best) throw new NoTokenLeftError();
    const { usage } = this.root;
    return { ...best, beside, ...(usage ? { decoding: usage } : {}) };
  }
}

function continued({ beam, logits }: Heard, { token, score }: Candidate): Continued {
  const sequence = beam.sequence.fork();
  const chunk = sequence.take(token, logits);
  return {
    from: beam.row,
    sequence,
    score,
    text: beam.text + chunk.text,
    logProbs: [...beam.logProbs, ...(chunk.logProbs ?? [])],
    chunk,
  };
}

/** All that a beam has said, as one chunk. */
const answerOf = ({ sequence, text, logProbs, chunk }: Continued): Chunk => ({
  ...chunk,
  text,
  tokenIds: sequence.tokens,
  ...(chunk.logProbs ? { logProbs } : {}),
});
