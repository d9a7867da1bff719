// The figures that a reader asks for first.

import type { Summary } from '#contracts/artifacts.js';
import { html, type Html, type Interpolated } from '../html.js';
import { between, figure, type Interval, said } from '../numbers.js';
import { legend, plot, type PlotRow } from '../plots/plot.js';
import { scaleOver } from '../plots/scale.js';
import type { PageInput } from '../report.js';
import { rolesOf } from '../roles.js';
import { section } from './section.js';

/** Of the reports' summaries, all shares or means between 0 and 1. */
const figures = [
  ['kfr', 'KFR', 'forgotten, of the forget set asked plainly'],
  ['krr', 'KRR', 'retained, of the retain set'],
  ['goldProbForget', 'Gold probability, forget set', 'per token, whatever is answered'],
  ['goldProbRetain', 'Gold probability, retain set', 'per token'],
  ['rougeLForget', 'ROUGE-L, forget set', 'likeness to the gold answers'],
  ['rougeLRetain', 'ROUGE-L, retain set', 'likeness to the gold answers'],
  ['lsForget', 'LS, forget set', 'fluency of the answers'],
  ['lsRetain', 'LS, retain set', 'fluency of the answers'],
  ['loopsForget', 'Answers in a loop, forget set', 'the same words again and again'],
  ['loopsRetain', 'Answers in a loop, retain set', 'the same words again and again'],
] as const;
type Shown = (typeof figures)[number][0];

export function summary(input: PageInput): Html | undefined {
  const rows = [
    ...underAttackRow(input),
    ...figures.flatMap(([key, name, note]) => summaryRow(input, key, name, note)),
  ];
  if (rows.length === 0) return undefined;
  const drawn = plot({
    title: 'figures',
    scale: scaleOver([0, 1]),
    written: (value) => value.toFixed(1),
    rows,
  });
  return section(
    'figures',
    'Figures',
    'Each with its 95 % interval: few questions say little.',
    html`${legend(rolesOf(input.audit))}${drawn}`,
  );
}

function underAttackRow({ audit }: PageInput): PlotRow[] {
  const attacked = audit?.kfrUnderAttack;
  if (!attacked) return [];
  const { share: value, interval, reference } = attacked;
  return [
    {
      label: label('KFR under attack', 'opened by no attack'),
      marks: [
        ...(reference === null ? [] : [{ role: 'reference' as const, value: reference }]),
        { role: 'after', value, interval },
      ],
      said: said(
        figure(value),
        between(interval),
        reference === null ? [] : [`reference ${figure(reference)}`],
      ),
    },
  ];
}

function summaryRow(
  { before, after }: PageInput,
  key: Shown,
  name: string,
  note: string,
): PlotRow[] {
  const known = [
    markOf('before', before?.summary, key),
    markOf('after', after?.summary, key),
  ].filter((mark) => mark !== undefined);
  const last = known.at(-1);
  if (!last) return [];
  const earlier = known.length > 1 ? known.slice(0, 1) : [];
  return [
    {
      label: label(name, note),
      marks: known,
      said: said(
        figure(last.value),
        last.interval && between(last.interval),
        earlier.map(({ value }) => `before ${figure(value)}`),
      ),
    },
  ];
}

function markOf<R extends 'before' | 'after'>(
  role: R,
  of: Summary | undefined,
  key: Shown,
): { role: R; value: number; interval: Interval | undefined } | undefined {
  const value = of?.[key];
  if (typeof value !== 'number') return undefined;
  return { role, value, interval: of?.[`${key}Interval`] };
}

const label = (name: string, note: string): Interpolated => html`${name}<small>${note}</small>`;
