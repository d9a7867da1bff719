// Leaks of each attack, beside those of the reference.

import { thresholds } from '#contracts/audit-thresholds.js';
import { changeOf } from '#contracts/probes.js';
import { html, type Html } from '../html.js';
import { percent } from '../numbers.js';
import { legend, plot } from '../plots/plot.js';
import { scaleOver } from '../plots/scale.js';
import type { PagedAudit } from '../report.js';
import { rolesOf } from '../roles.js';
import { leakRow } from './leaks.js';
import { section } from './section.js';

export function attacks(audit: PagedAudit): Html {
  const tasks = audit.tasks.filter(({ name, of }) => of > 0 && !changeOf(name));
  const rows = tasks.map((task) => leakRow(task, task.leaks / task.of > thresholds.leaks));
  const reach = tasks.flatMap(({ interval }) => interval ?? []);
  const drawn = plot({
    title: 'leaks',
    scale: scaleOver([2 * thresholds.leaks, ...reach]),
    threshold: thresholds.leaks,
    written: percent,
    rows,
  });
  const roles = rolesOf(audit).filter(([role]) => role !== 'before');
  return section(
    'attacks',
    'What comes back under attack',
    html`Questions whose answer states the fact, of those that could be judged. The dashed line is
    the threshold of ${percent(thresholds.leaks)}; what lies beyond it counts where the reference
    does not explain it.`,
    html`${legend(roles)}${drawn}`,
  );
}
