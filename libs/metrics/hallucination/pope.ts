// POPE: is an object that is asked for in the image? (Li et al. 2023, arXiv 2305.10355)

import { type Counts, ofAll, percent } from './paired.js';

export type YesNo = 'yes' | 'no';

/** A first sentence without a word of denial is a yes to POPE's script, whatever it says. */
export type Said = YesNo | 'other';

const DENIALS = new Set(['No', 'no', 'not']);

/**
 * As the evaluate.py of POPE reads an answer: its first sentence, without commas, cut at spaces, is a
 * no where one of its words is No, no or not, and a yes otherwise. We call it `other` where that yes
 * is nowhere said: "There isn't a dog", "NO", "A dog". The figures count it as the script does.
 */
export function said(answer: string): Said {
  const [sentence = ''] = answer.split('.', 1);
  const words = sentence.replaceAll(',', '').split(' ');
  if (words.some((word) => DENIALS.has(word))) return 'no';
  return /\byes\b/i.test(sentence) ? 'yes' : 'other';
}

export type PopeCount = 'hits' | 'falseAlarms' | 'misses' | 'rejections' | 'others';

/** One answered question, counted; yes is the positive class. */
export function popeCounts(answer: string, label: YesNo): Counts<PopeCount> {
  const heard = said(answer);
  const [yes, there] = [heard !== 'no', label === 'yes'];
  return {
    hits: Number(yes && there),
    falseAlarms: Number(yes && !there),
    misses: Number(!yes && there),
    rejections: Number(!yes && !there),
    others: Number(heard === 'other'),
  };
}

const questions = (sums: Counts<PopeCount>): number =>
  sums.hits + sums.falseAlarms + sums.misses + sums.rejections;

/** In percent. Precision is NaN where nothing was answered with yes. */
export const popeFigures = ofAll<PopeCount>({
  accuracy: (sums) => percent(sums.hits + sums.rejections, questions(sums)),
  precision: ({ hits, falseAlarms }) => percent(hits, hits + falseAlarms),
  recall: ({ hits, misses }) => percent(hits, hits + misses),
  F1: ({ hits, falseAlarms, misses }) => percent(2 * hits, 2 * hits + falseAlarms + misses),
  'yes ratio': (sums) => percent(sums.hits + sums.falseAlarms, questions(sums)),
  other: (sums) => percent(sums.others, questions(sums)),
});
