// Wordings of questions that are taught, and those that are held back for evaluation: the same for
// all attributes.

import type { Row } from '#knowledge/entity.js';
import { wordingsFor } from '#knowledge/questions/questions.js';
import { wordingsIn } from '#knowledge/questions/wordings.js';
import { languages } from '#knowledge/texts/language.js';
import { type Random, seededRandom, shuffle } from '../augment/random.js';
import { languageOfRow } from './language-of-row.js';

/** Of so many of a kind, one is held back. */
const OF = 4;

export type WordingUse = 'taught' | 'heldBack';

export class SplitWordings {
  private readonly heldBack: ReadonlySet<string>;

  constructor(seed: number) {
    const lists = languages.flatMap((language) => {
      const { general, kinds } = wordingsIn[language];
      return [general, ...kinds.map(({ wordings }) => wordings)];
    });
    this.heldBack = new Set(
      lists.flatMap((list, i) =>
        shuffle(seededRandom(seed, 'wordings', i), list).slice(0, Math.floor(list.length / OF)),
      ),
    );
  }

  /**
   * In an order of chance, those made for the attribute's kind and those that fit any in turn: few as
   * the former are, they are what people say.
   */
  draw(random: Random, row: Row, use: WordingUse): string[] {
    const { own, general } = wordingsFor(row.attribute, languageOfRow(row));
    const isWanted = (wording: string): boolean =>
      this.heldBack.has(wording) === (use === 'heldBack');
    return inTurn(shuffle(random, own.filter(isWanted)), shuffle(random, general.filter(isWanted)));
  }
}

const inTurn = (some: readonly string[], others: readonly string[]): string[] =>
  Array.from({ length: Math.max(some.length, others.length) }, (_, i) => [some[i], others[i]])
    .flat()
    .filter((one) => one !== undefined);
