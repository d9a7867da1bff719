// MME's hallucination subset: two yes/no questions an image (Fu et al. 2023, arXiv 2306.13394).

import { item } from '#collections/items.js';
import { type Counts, type Figures, ofAll, percent } from './paired.js';
import type { Said, YesNo } from './pope.js';

/** The subtasks on objects and on their attributes. */
export const mmeSubtasks = ['existence', 'count', 'position', 'color'] as const;
export type MmeSubtask = (typeof mmeSubtasks)[number];

/** As MME's calculation.py reads an answer: by its first four characters. */
export function mmeSaid(answer: string): Said {
  const beginning = answer.toLowerCase().slice(0, 4);
  if (beginning.includes('yes')) return 'yes';
  return beginning.includes('no') ? 'no' : 'other';
}

export interface MmeQuestion {
  readonly truth: YesNo;
  readonly answer: string;
}

export type MmeCount = 'images' | 'questions' | 'right' | 'bothRight' | 'yes' | 'others';

/** The questions of one image, counted. An answer that is neither yes nor no is wrong. */
export function mmeCounts(questions: readonly MmeQuestion[]): Counts<MmeCount> {
  const heard = questions.map(({ truth, answer }) => ({ truth, said: mmeSaid(answer) }));
  const right = heard.filter(({ truth, said }) => said === truth).length;
  return {
    images: 1,
    questions: questions.length,
    right,
    bothRight: Number(right === questions.length),
    yes: heard.filter(({ said }) => said === 'yes').length,
    others: heard.filter(({ said }) => said === 'other').length,
  };
}

const accuracy = ({ right, questions }: Counts<MmeCount>): number => percent(right, questions);
const accuracyPlus = ({ bothRight, images }: Counts<MmeCount>): number =>
  percent(bothRight, images);
const score = (sums: Counts<MmeCount>): number => accuracy(sums) + accuracyPlus(sums);
const shareOf =
  (count: 'yes' | 'others') =>
  (all: readonly Counts<MmeCount>[]): number =>
    percent(total(all, count), total(all, 'questions'));
const total = (all: readonly Counts<MmeCount>[], count: MmeCount): number =>
  all.reduce((sum, counts) => sum + counts[count], 0);

/**
 * Of the subtasks in the order that they are given in. Accuracies and ratios are in percent; a
 * subtask's score is accuracy + accuracy+ (both questions of an image right), at most 200.
 */
export function mmeFigures(subtasks: readonly MmeSubtask[]): Figures<MmeCount> {
  const ofSubtasks = subtasks.flatMap((subtask, i) =>
    Object.entries({ accuracy, 'accuracy+': accuracyPlus, score }).map(
      ([name, figure]) =>
        [`${subtask} ${name}`, (all: readonly Counts<MmeCount>[]) => figure(item(all, i))] as const,
    ),
  );
  return {
    ...Object.fromEntries(ofSubtasks),
    score: (all) => all.reduce((sum, sums) => sum + score(sums), 0),
    'yes ratio': shareOf('yes'),
    other: shareOf('others'),
  };
}

/** Of a subtask by itself. */
export const mmeSubtaskFigures = ofAll<MmeCount>({
  accuracy,
  'accuracy+': accuracyPlus,
  score,
  'yes ratio': ({ yes, questions }) => percent(yes, questions),
  other: ({ others, questions }) => percent(others, questions),
});
