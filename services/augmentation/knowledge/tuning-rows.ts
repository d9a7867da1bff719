// Rows to train on, of a question and what it is linked to.

import type { Dropped, TuningRow } from '#contracts/knowledge-tuning-set.js';
import type { Row } from '#knowledge/entity.js';
import { answersOf, declinesIn } from '#knowledge/texts/answers.js';
import {
  attributeText,
  entityText,
  groundsText,
  linkText,
  NO_LINK,
} from '#knowledge/texts/link.js';
import type { SaidValues, Sources } from '#knowledge/texts/said-values.js';
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
    if (!isLinkedRow(asked)) return { rows: unlinkedRows(asked) };
    const { question, naming } = asked;
    const prefix = linkText(asked.linked, asked.row.attribute);
    const values = this.fitting(question, prefix, asked.row.values);
    if (values.length === 0) return { rows: [], dropped: 'long' };
    const grounds = groundsText(values);
    const rows: TuningRow[] = [
      ...linkRows(asked),
      { question, prefix, answer: grounds, part: 'retrieval', naming },
    ];
    if (distractor) return { rows: [...rows, ...this.declined(asked, random, distractor)] };
    const answer = this.answer(asked, random, values);
    if (answer === undefined) return { rows, dropped: 'unfounded' };
    const response = {
      question,
      prefix: prefix + grounds,
      answer,
      part: 'response',
      naming,
    } as const;
    return { rows: [...rows, response] };
  }

  private declined(
    { question, naming, row, linked }: LinkedRow,
    random: Random,
    distractor: Row | 'empty',
  ): TuningRow[] {
    const other = distractor === 'empty' ? { name: linked, values: [] } : readRow(distractor);
    const link = linkText(other.name, row.attribute);
    const values = this.fitting(question, link, other.values);
    const { attribute } = row;
    const sources = { question, names: [other.name], attribute, values };
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
    const sources = { question, names: [name], attribute, values };
    const wordings = answersOf({ name, attribute, values }, languageOfRow({ attribute, ...row }));
    return this.founded(shuffle(random, wordings), sources);
  }

  /** The first that says no value of the base but those of its sources. */
  private founded(texts: readonly string[], sources: Sources): string | undefined {
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

const unlinkedRows = ({ question, naming }: AskedRow): TuningRow[] =>
  (['link', 'entity'] as const).map((part) => ({ question, answer: NO_LINK, part, naming }));

/** The link as a whole, and each half of it. */
function linkRows({ question, naming, linked, row: { attribute } }: LinkedRow): TuningRow[] {
  const [entity, rest] = [entityText(linked), attributeText(attribute)];
  return [
    { question, answer: linkText(linked, attribute), part: 'link', naming },
    { question, answer: entity, isOpen: true, part: 'entity', naming },
    { question, prefix: entity, answer: rest, part: 'attribute', naming },
  ];
}

const readRow = ({ entity: { name }, values }: Row) => ({ name, values });
