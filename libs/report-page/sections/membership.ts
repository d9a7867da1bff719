// How well scores tell the forget set from questions that no model was taught.

import type { MembershipScore } from '#contracts/audit.js';
import { html, type Html } from '../html.js';
import { between, figure, said } from '../numbers.js';
import type { Mark } from '../plots/marks.js';
import { legend, plot } from '../plots/plot.js';
import { scaleOver } from '../plots/scale.js';
import type { PagedAudit } from '../report.js';
import { rolesOf } from '../roles.js';
import { section } from './section.js';

const names: Readonly<Record<MembershipScore, string>> = {
  loss: 'loss',
  zlib: 'zlib',
  minK: 'Min-K %',
  minKPlusPlus: 'Min-K %++',
  gradientNorm: 'norm of the gradient',
  reference: 'loss less that of the reference',
};

/** None without a holdout. */
export function membership(audit: PagedAudit): Html | undefined {
  if (!audit.membership) return undefined;
  const { forget, holdout, scores } = audit.membership;
  const rows = scores.map(({ score, after, interval, before, reference }) => {
    const others = [
      ['reference', reference],
      ['before', before],
    ] as const;
    const known = others.flatMap(([role, value]): (Mark & { role: string })[] =>
      value === null ? [] : [{ role, value }],
    );
    return {
      label: names[score],
      marks: [...known, { role: 'after' as const, value: after, interval }],
      said: said(
        figure(after),
        between(interval),
        known.map(({ role, value }) => `${role} ${figure(value)}`),
      ),
    };
  });
  return section(
    'membership',
    'Membership',
    html`Area under the curve by which each score tells the ${forget} questions of the forget set
    from ${holdout} that no model was taught: .5 where nothing tells them apart.`,
    html`${legend(rolesOf(audit))}${plot({
      title: 'membership',
      scale: scaleOver([1]),
      threshold: 0.5,
      written: (value) => value.toFixed(1),
      rows,
    })}`,
  );
}
