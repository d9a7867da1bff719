// The rows of a tuning set, as they are made: row by row of the base.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { KnowledgeAugmentation } from '#contracts/knowledge-augmentation.js';
import type { Dropped, TuningPart, TuningRow } from '#contracts/knowledge-tuning-set.js';
import type { Row } from '#knowledge/entity.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import { pick, type Random, seededRandom } from '../augment/random.js';
import { type AskedRow, askedRow, isLinked, keepsName } from './asked-rows.js';
import { TuningRows } from './tuning-rows.js';
import type { TuningSource } from './tuning-source.js';

type Weights = KnowledgeAugmentation['weights'];

/** Rows that are tried as another's. */
const TRIES = 8;

export interface TuningHooks {
  readonly signal?: AbortSignal | undefined;
  /** Rows of the base under way at a time; the result does not depend on it. */
  readonly concurrency?: number;
  /** After every such stretch of rows. */
  onRows?(done: number, total: number): void | Promise<void>;
}

export class TuningSetMaker {
  readonly dropped: Dropped = { unlinked: 0, long: 0, unfounded: 0 };
  /** Normal texts of the questions that are taught. */
  readonly asked = new Set<string>();
  private readonly maker: TuningRows;

  constructor(private readonly source: TuningSource) {
    this.maker = new TuningRows(source.said, source.tuning.maxLength);
  }

  /** Each row as often as its weight says. @throws whatever the teacher throws; the signal's reason. */
  async *rows({ signal, concurrency = 1, onRows }: TuningHooks = {}): AsyncGenerator<TuningRow> {
    const { taught, tuning } = this.source;
    const times = timesOf(tuning.options.weights);
    for (let from = 0; from < taught.length; from += concurrency) {
      signal?.throwIfAborted();
      const stretch = taught.slice(from, from + concurrency);
      const questions = await Promise.all(stretch.map((row) => this.questionsFor(row, signal)));
      for (const asked of questions.flat())
        for (const row of this.rowsOf(asked)) yield* Array<TuningRow>(times[row.part]).fill(row);
      await onRows?.(Math.min(from + concurrency, taught.length), taught.length);
    }
  }

  private async questionsFor(row: Row, signal?: AbortSignal): Promise<AskedRow[]> {
    const { names, wordings, tuning } = this.source;
    const random = this.randomOf('questions', row);
    const { wordings: count } = tuning.options;
    const drawn = wordings.draw(random, row, 'taught').slice(0, count);
    const asked = drawn.map((wording) => {
      const named = names.draw(random, row.entity, tuning.options);
      return { named, asked: askedRow(row, wording, named) };
    });
    const others = await Promise.all(
      asked.map(({ named, asked: { question } }) => this.reworded(question, named.name, signal)),
    );
    return zip(asked, others).map(([{ asked: one }, question]) => {
      const other = { ...one, question };
      return isLinked(other, this.source.dictionary) ? other : one;
    });
  }

  /** As it is where the teacher knows nothing better, or forgets the name. */
  private async reworded(question: string, name: string, signal?: AbortSignal): Promise<string> {
    const { paraphraser } = this.source.tuning;
    if (!paraphraser) return question;
    const other = await paraphraser.paraphrase(question, name, signal);
    return other !== undefined && keepsName(other, name) ? other : question;
  }

  private *rowsOf(asked: AskedRow): Generator<TuningRow> {
    if (!isLinked(asked, this.source.dictionary)) {
      this.count('unlinked');
      return;
    }
    this.asked.add(normalText(asked.question));
    const random = this.randomOf(asked.question, asked.row);
    const { rows, dropped } = this.maker.of(asked, random, this.distractorFor(asked.row, random));
    if (dropped) this.count(dropped);
    yield* rows;
  }

  private distractorFor(row: Row, random: Random): Row | 'empty' | undefined {
    if (random() >= this.source.tuning.options.decline_share) return undefined;
    if (random() < 0.5) return 'empty';
    for (let tried = 0; tried < TRIES; tried++) {
      const other = pick(random, this.source.taught);
      const values = other.entity.attributes.get(row.attribute);
      if (values && !isSame(values, row.values)) return { ...other, values };
    }
    return 'empty';
  }

  private randomOf(part: string, { entity, attribute }: Row): Random {
    return seededRandom(this.source.tuning.seed, part, entity.id, attribute);
  }

  private count(why: keyof Dropped): void {
    this.dropped[why] += 1;
  }
}

/** A link is a row as often as both its halves count; what one counts more is that half alone. */
function timesOf({ entity, attribute, retrieval, response }: Weights): Record<TuningPart, number> {
  const link = Math.min(entity, attribute);
  return { link, entity: entity - link, attribute: attribute - link, retrieval, response };
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((value, i) => value === item(others, i));
