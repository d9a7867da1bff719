// Rows to train on, of a question and what it is linked to.

import type { Dropped, TuningRow } from '#contracts/knowledge-tuning-set.js';
import type { Row } from '#knowledge/entity.js';
import { answersOf, declinesIn } from '#knowledge/texts/answers.js';
import { groundsText, linkText, NO_LINK } from '#knowledge/texts/link.js';
import type { SaidValues } from '#knowledge/texts/said-values.js';
import { type Random, shuffle } from '../augment/random.js';
import type { AskedRow } from './asked-rows.js';
import { languageOfRow } from './language-of-row.js';

/** More tokens than a chat template writes around a question. */
const AROUND = 64;

export interface MadeRows {
  readonly rows: readonly TuningRow[];
  readonly dropped?: keyof Dropped;
}

type LinkedRow = AskedRow & { readonly linked: string };
const isLinkedRow = (asked: AskedRow): asked is LinkedRow => asked.linked !== undefined;

export class TuningRows {
  /** @param maxLength of a row that is trained on, in tokens: none has less than a byte. */
  constructor(
    private readonly said: SaidValues,
    private readonly maxLength: number,
  ) {}

  /** @param distractor whose values the model is to decline; an empty row's where it has none. */
  of(asked: AskedRow, random: Random, distractor: Row | 'empty' | undefined): MadeRows {
    const { question, naming } = asked;
    if (!isLinkedRow(asked)) return { rows: [{ question, answer: NO_LINK, part: 'link', naming }] };
    const link = linkText(asked.linked, asked.row.attribute);
    const values = this.fitting(question, link, asked.row.values);
    if (values.length === 0) return { rows: [], dropped: 'long' };
    const linked: TuningRow = { question, answer: link, part: 'link', naming };
    const grounds = groundsText(values);
    const retrieval: TuningRow = { ...linked, prefix: link, answer: grounds, part: 'retrieval' };
    if (distractor) {
      const declined = this.declined(asked, random, distractor);
      return { rows: [linked, retrieval, ...declined] };
    }
    const answer = this.answer(asked, random, values);
    if (answer === undefined) return { rows: [linked, retrieval], dropped: 'unfounded' };
    const prefix = link + grounds;
    return { rows: [linked, retrieval, { ...linked, prefix, answer, part: 'response' }] };
  }

  private declined(
    { question, naming, row, linked }: LinkedRow,
    random: Random,
    distractor: Row | 'empty',
  ): TuningRow[] {
    const other = distractor === 'empty' ? { name: linked, values: [] } : readRow(distractor);
    const link = linkText(other.name, row.attribute);
    const values = this.fitting(question, link, other.values);
    const sources = { question, values: [other.name, row.attribute, ...values] };
    const answer = this.founded(shuffle(random, declinesIn(languageOfRow(row))), sources);
    const isLong = values.length === 0 && other.values.length > 0;
    if (answer === undefined || isLong) return [];
    return [{ question, prefix: link + groundsText(values), answer, part: 'response', naming }];
  }

  /** @returns undefined where every wording says a value of the base that is not the row's. */
  private answer(
    { question, row: { attribute, ...row }, linked: name }: LinkedRow,
    random: Random,
    values: readonly string[],
  ): string | undefined {
    const sources = { question, values: [name, attribute, ...values] };
    const wordings = answersOf({ name, attribute, values }, languageOfRow({ attribute, ...row }));
    return this.founded(shuffle(random, wordings), sources);
  }

  /** The first that says no value of the base but those of its sources. */
  private founded(
    texts: readonly string[],
    sources: Parameters<SaidValues['unfounded']>[1],
  ): string | undefined {
    return texts.find((text) => this.said.unfounded(text, sources).length === 0);
  }

  /** The first values, as far as there is room for the prompt whatever the tokenizer. */
  private fitting(question: string, link: string, values: readonly string[]): readonly string[] {
    const room = this.maxLength - AROUND - Buffer.byteLength(question + link);
    let bytes = 0;
    const count = values.findIndex((value) => (bytes += Buffer.byteLength(`${value}; `)) > room);
    return count < 0 ? values : values.slice(0, count);
  }
}

const readRow = ({ entity: { name }, values }: Row) => ({ name, values });
