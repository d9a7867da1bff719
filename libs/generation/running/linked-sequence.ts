// A request whose answer begins after a path that is chosen among several: the paths so far have a row
// each, and the chosen one's reads on.

import { first, item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import type { Asking } from '../decoding/early-layers.js';
import type { LinkSearch } from '../linking/link-search.js';
import type { LoadedAdapter } from './adapter-rows.js';
import type { Chunk } from './chunk.js';
import { type Row, rowId, rowOf, rowsFor, tokensOf } from './row.js';
import { type Logits, type Part, type Task, type Turn, unreadOf } from './task.js';

/** An answer, and what another engine has said of it. */
export interface Begun {
  readonly task: Task;
  readonly chunk?: Chunk;
}

interface Linked
  extends Pick<Task, 'id' | 'owner' | 'prompt' | 'adapter' | 'isStreamed'>, Pick<Row, 'images'> {
  readonly search: LinkSearch;
  /** @param row id of the answer's. @param prompt with the path and what is read after it. */
  readonly begin: (row: number, prompt: readonly number[]) => Begun;
}

const NOTHING: Chunk = { text: '', tokenIds: [] };

export class LinkedSequence implements Task {
  read = 0;
  cached?: number;
  /** Ids of the open paths' rows. */
  private open: readonly number[];
  private answer: Task | undefined;

  constructor(private readonly asked: Linked) {
    this.open = [asked.id];
  }

  get id(): number {
    return this.asked.id;
  }
  get owner(): string {
    return this.asked.owner;
  }
  get prompt(): readonly number[] {
    return this.answer?.prompt ?? this.asked.prompt;
  }
  get adapter(): LoadedAdapter | undefined {
    return this.asked.adapter;
  }
  get isStreamed(): boolean {
    return this.asked.isStreamed;
  }
  get width(): number {
    return this.answer?.width ?? this.asked.search.beams;
  }

  get rows(): readonly Row[] {
    if (this.answer) return this.answer.rows;
    const { prompt, images, adapter, search } = this.asked;
    return zip(this.open, search.open).map(([id, { tokens }]) =>
      rowOf({ prompt, images, adapter, tokens }, id),
    );
  }

  get parked(): readonly number[] {
    return this.asked.search.best ? [this.answerRow] : [];
  }

  /** As many paths as there may be, and the one that is finished. */
  get lengths(): readonly number[] {
    if (this.answer) return this.answer.lengths;
    const longest = Math.max(...this.rows.map(tokensOf));
    return Array.from({ length: this.width + 1 }, () => longest);
  }

  get unread(): number {
    return unreadOf(this);
  }

  get ahead(): number {
    return this.answer?.ahead ?? this.asked.search.ahead;
  }

  advance(logits: Logits): Part[] {
    if (this.answer) return this.answer.advance(logits);
    return [{ row: first(this.open), asking: this.goOn(logits) }];
  }

  private get answerRow(): number {
    return rowId(this.id, this.asked.search.beams);
  }

  // eslint-disable-next-line require-yield -- early layers have no part in it
  private *goOn(logits: Logits): Asking<Turn> {
    const { search } = this.asked;
    const before = this.open;
    const { ended, open } = search.advance(before.map((row) => required(logits, row)));
    const going = [...(ended ? [ended] : []), ...open];
    const { rows, copies } = rowsFor(
      going.map(({ from }) => item(before, from)),
      Array.from({ length: search.beams }, (_, i) => rowId(this.id, i)),
    );
    this.open = ended ? rows.slice(1) : rows;
    const freed = before.filter((row) => !rows.includes(row));
    const parked = ended && { from: first(rows), to: this.answerRow };
    return {
      copies,
      freed,
      ...(parked ? { parked } : {}),
      ...(open.length === 0 ? this.end() : {}),
    };
  }

  /** What follows the path that was chosen. */
  private end(): Turn {
    const { search, begin, prompt } = this.asked;
    const { link, tokens, after } = search.chosen;
    if (!after) return { chunk: { ...NOTHING, link, finishReason: 'stop' } };
    const { task, chunk = NOTHING } = begin(this.answerRow, [...prompt, ...tokens, ...after]);
    this.answer = task;
    return { chunk: { ...chunk, link }, readsOn: !chunk.finishReason };
  }
}
