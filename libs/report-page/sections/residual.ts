// What is left of the knowledge, by where the gold answer is looked at.

import { thresholds } from '#contracts/audit-thresholds.js';
import type { ResidualName } from '#contracts/audit.js';
import { residualNames } from '#contracts/audit.js';
import { html, type Html } from '../html.js';
import { percent, said } from '../numbers.js';
import { plot, type PlotRow } from '../plots/plot.js';
import { scaleOver } from '../plots/scale.js';
import type { PagedAudit } from '../report.js';
import { hasBefore } from '../roles.js';
import { section } from './section.js';

const places: Readonly<Record<ResidualName, string>> = {
  direct: 'the whole gold answer',
  afterFirst: 'behind its first token',
  afterThree: 'behind its first three tokens',
  afterQuarter: 'behind its first quarter',
  withoutBreakOff: 'behind three words, once breaking off is ruled out',
};

/** None where nobody says which model was there before. */
export function residual(audit: PagedAudit): Html | undefined {
  const { residualKnowledge } = audit;
  if (!hasBefore(audit)) return undefined;
  const rows = residualNames.flatMap((name): PlotRow[] => {
    const left = residualKnowledge[name];
    if (!left) return [];
    const { value, interval } = left;
    return [
      {
        label: places[name],
        marks: [{ role: 'after', value, interval }],
        said: said(percent(value), interval.map(percent).join(' to '), []),
      },
    ];
  });
  const reach = rows.flatMap(({ marks }) => marks.flatMap(({ interval }) => interval ?? []));
  return section(
    'residual',
    'What the weights still hold',
    html`Residual knowledge, of the gold answers' probability per token: 100 % where nothing was
    lost, 0 where no more is left than the reference has, less than 0 where a membership test sees
    that it was removed. The dashed line is the threshold of ${percent(thresholds.residual)}.`,
    rows.length > 0
      ? plot({
          title: 'residual knowledge',
          scale: scaleOver([0.5, ...reach]),
          threshold: thresholds.residual,
          written: percent,
          rows,
        })
      : html`<p>
          The model before knew no more of the answers than the reference: nothing could be lost.
        </p>`,
  );
}
