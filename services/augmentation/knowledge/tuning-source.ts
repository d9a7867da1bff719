// A base as augmentation asks about it.

import type { KnowledgeAugmentation } from '#contracts/knowledge-augmentation.js';
import type { Row } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { SaidValues } from '#knowledge/texts/said-values.js';
import { Dictionary } from './dictionary.js';
import { EntityNames } from './named-entity.js';
import type { Paraphraser } from './paraphraser.js';
import { sampledRows } from './sampled-rows.js';
import { splitEntities } from './split-entities.js';
import { SplitWordings } from './split-wordings.js';

export interface TuningOptions {
  readonly seed: number;
  readonly options: KnowledgeAugmentation;
  /** Of each split of the evaluation. */
  readonly questions: number;
  /** Tokens of a row. */
  readonly maxLength: number;
  /** Absent: the built-in wordings alone. */
  readonly paraphraser?: Paraphraser | undefined;
}

export class TuningSource {
  readonly dictionary: Dictionary;
  readonly names: EntityNames;
  readonly wordings: SplitWordings;
  readonly said: SaidValues;
  /** Of the entities that are taught. */
  readonly taught: readonly Row[];
  /** Of those that are held back. */
  readonly heldBack: readonly Row[];

  constructor(
    readonly base: KnowledgeBase,
    readonly tuning: TuningOptions,
  ) {
    const { seed, options, questions } = tuning;
    this.dictionary = new Dictionary(base);
    this.names = new EntityNames(base);
    this.wordings = new SplitWordings(seed);
    this.said = new SaidValues(base);
    const { taught, heldBack } = splitEntities(base.entities, seed, questions);
    this.taught = sampledRows(taught, options.rows);
    this.heldBack = sampledRows(heldBack, Infinity);
  }
}
