// Does the model say no where there is nothing, and only there?

import { bootstrapGroups } from '../bootstrap.js';
import { areaOfDraws, areaUnderCurve, rankGroups } from '../membership/area-under-curve.js';
import { isAnswerable, isRowRight, type Linked } from './answer.js';
import { type Measured, nothing, shareOf } from './measured.js';
import { isAnswered, type Threshold } from './threshold.js';

export interface RefusalFigures {
  /** Of what is answered, how much is answered from the right row. */
  readonly answerPrecision: Measured;
  /** Of questions that a row answers, how many are answered. */
  readonly coverage: Measured;
  /** Of refusals, how many are of questions that no row answers. */
  readonly precision: Measured;
  /** Of questions that no row answers, how many are refused. */
  readonly recall: Measured;
  /** Of questions about entities that the base does not have, how many are answered all the same. */
  readonly absentAnswered: Measured;
  /** How well mass tells entities of the base from those that it does not have. */
  readonly entityAuroc: Measured;
  /** How well mass tells right links from wrong ones. */
  readonly linkAuroc: Measured;
}

export function refusalFigures(answers: readonly Linked[], threshold: Threshold): RefusalFigures {
  const decided = answers.map((answer) => ({
    answer,
    answerable: isAnswerable(answer),
    answered: isAnswered(answer, threshold),
  }));
  const given = decided.filter(({ answered }) => answered);
  const refused = decided.filter(({ answered }) => !answered);
  const absent = decided.filter(({ answer }) => answer.split === 'absent');
  return {
    answerPrecision: shareOf(
      given.map(({ answer, answerable }) => answerable && isRowRight(answer)),
    ),
    coverage: shareOf(decided.filter((one) => one.answerable).map(({ answered }) => answered)),
    precision: shareOf(refused.map(({ answerable }) => !answerable)),
    recall: shareOf(decided.filter((one) => !one.answerable).map(({ answered }) => !answered)),
    absentAnswered: shareOf(absent.map(({ answered }) => answered)),
    entityAuroc: auroc(
      answers.filter(({ split }) => split === 'absent'),
      answers.filter(({ split }) => split !== 'absent'),
    ),
    linkAuroc: auroc(
      answers.filter((answer) => !isLinkRight(answer)),
      answers.filter(isLinkRight),
    ),
  };
}

const isLinkRight = (answer: Linked): boolean => isAnswerable(answer) && isRowRight(answer);

/** Of the area under the curve of mass; nothing where one side is empty. */
function auroc(without: readonly Linked[], having: readonly Linked[]): Measured {
  if (without.length === 0 || having.length === 0) return nothing;
  const groups = [without.map(massOf), having.map(massOf)] as const;
  const area = areaOfDraws(rankGroups(...groups));
  const sizes = groups.map(({ length }) => length);
  const [interval = null] = bootstrapGroups(sizes, (drawn) => [area(drawn)]);
  return { value: areaUnderCurve(...groups), interval, n: without.length + having.length };
}

/** Who names nothing is surest that there is nothing. */
const massOf = ({ link, mass }: Linked): number => (link ? mass : -Infinity);
