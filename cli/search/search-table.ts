// The rounds of a search, as lines of a table.

import { figure, shown } from '../output.js';
import type { Plan, Round, Search } from './search.js';
import type { Found } from './stands.js';

const ENDS = ['score', ''] as const;
const SHARE = /(kfr|krr|leakShare|loopsForget)$/;

export const roundHead = ({ attacks }: Plan, { steps }: Round): string[] => [
  `steps: ${steps}`,
  'KFR',
  'KRR',
  ...attacks.map((attack) => `leaks, ${attack}`),
  'gold probability',
  'LS',
  'in a loop',
  ...ENDS,
];

/** The model before and its reference, then the candidates, the best first. */
export function roundLines(
  plan: Plan,
  { before, reference, rounds }: Search,
  round: Round,
): string[][] {
  const chosen = round === rounds.at(-1) ? 'best' : 'goes on';
  const figures = (found: Found): string[] => namesOf(plan).map((name) => told(found, name));
  const ranked = round.tried.toSorted((a, b) => scoreOf(b) - scoreOf(a));
  return [
    ['before', ...figures(before), ...ENDS.map(() => '')],
    ['reference', ...figures(reference), ...ENDS.map(() => '')],
    ...ranked.map(({ candidate, error, stands, goesOn }) => [
      candidate.name,
      ...figures(stands?.found ?? new Map()),
      stands ? figure(stands.score) : '',
      error === null ? (goesOn ? chosen : '') : shown(error),
    ]),
  ];
}

const scoreOf = ({ stands }: Round['tried'][number]): number => stands?.score ?? -1;

const namesOf = ({ attacks }: Plan): string[] => [
  'unlearning kfr',
  'unlearning krr',
  ...attacks.map((attack) => `${attack} leakShare`),
  'unlearning goldProbForget',
  'unlearning lsForget',
  'unlearning loopsForget',
];

/** A share with the number of questions that it is of: those that could be judged. */
function told(found: Found, name: string): string {
  const one = found.get(name);
  if (!one) return '';
  const { value, interval, n } = one;
  const between = interval ? ` [${figure(interval[0])}, ${figure(interval[1])}]` : '';
  return `${figure(value)}${between}${SHARE.test(name) ? ` of ${n}` : ''}`;
}
