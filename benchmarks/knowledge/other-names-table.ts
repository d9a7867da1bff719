// Prints how often the right entity would be asked after, since a question seems to say another name:
// other-names-table.js [--set cmekg|do] [--data <folder>]

import { parseArgs } from 'node:util';
import { grouped } from '#collections/grouped.js';
import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { questionOf, wordingsFor } from '#knowledge/questions/questions.js';
import { Candidates, type HiddenNames, hiddenNames } from '#knowledge/retrieval/candidates.js';
import { languageOf } from '#knowledge/texts/language.js';
import { reportError } from '../../cli/report-error.js';
import { pick, type Random, seededRandom } from '../../services/augmentation/augment/random.js';
import {
  EntityNames,
  type NamedEntity,
} from '../../services/augmentation/knowledge/named-entity.js';
import type { Labelled } from './labelled.js';
import { readSet, setNamed } from './sets.js';

/** Of each way to name an entity. */
const DRAWN = 400;

const { values } = parseArgs({
  options: { set: { type: 'string', default: 'cmekg' }, data: { type: 'string' } },
});

const NONE = hiddenNames([]);

try {
  const { entities, questions } = await readSet(setNamed(values.set), values.data);
  const base = new KnowledgeBase(entities);
  const candidates = new Candidates(base);
  const isAskedAfter = (question: string, entity: Entity, hidden = NONE): boolean =>
    candidates.saysAnother(question, entity, candidates.saidNames(question, hidden), hidden);
  printPublished(base, questions, isAskedAfter);
  printDrawn(base, isAskedAfter);
} catch (error) {
  process.exitCode = reportError(error, false);
}

type IsAskedAfter = (question: string, entity: Entity, hidden?: HiddenNames) => boolean;

function printPublished(
  base: KnowledgeBase,
  questions: readonly Labelled[],
  isAskedAfter: IsAskedAfter,
): void {
  for (const [kind, asked] of grouped(questions, (one) => one.kind)) {
    const right = asked.flatMap(({ question, entities }) =>
      entities.flatMap((id) => base.get(id) ?? []).map((entity) => ({ question, entity })),
    );
    if (right.length === 0) continue;
    const after = right.filter(({ question, entity }) => isAskedAfter(question, entity));
    console.log(`published, ${kind}: ${after.length}/${right.length}`);
  }
}

function printDrawn(base: KnowledgeBase, isAskedAfter: IsAskedAfter): void {
  const names = new EntityNames(base);
  const ways: Record<string, (random: Random, entity: Entity) => NamedEntity | undefined> = {
    alias: (random, entity) => names.byAlias(random, entity),
    misspelt: (random, entity) => names.misspelt(random, entity),
    'in part': (random, entity) => names.inPart(random, entity),
    'hidden alias': (random, entity) => names.byHiddenAlias(random, entity),
  };
  for (const [way, name] of Object.entries(ways)) {
    const random = seededRandom(0, way);
    let [drawn, after] = [0, 0];
    while (drawn < DRAWN) {
      const entity = pick(random, base.entities);
      const named = name(random, entity);
      if (!named) continue;
      const question = asking(random, named.name, entity);
      const hidden = hiddenNames(named.hidden === undefined ? [] : [named.hidden]);
      drawn += 1;
      if (isAskedAfter(question, entity, hidden)) after += 1;
    }
    console.log(`drawn, ${way}: ${after}/${drawn}`);
  }
}

function asking(random: Random, name: string, { attributes }: Entity): string {
  const attribute = pick(random, [...attributes.keys()]);
  const { own, general } = wordingsFor(attribute, languageOf(name + attribute));
  return questionOf(pick(random, [...own, ...general]), name, attribute);
}
