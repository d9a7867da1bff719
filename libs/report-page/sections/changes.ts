// Leaks once the model is changed: halved, rounded, trained on.

import { changeOf } from '#contracts/probes.js';
import { html, type Html } from '../html.js';
import { percent } from '../numbers.js';
import { legend, plot } from '../plots/plot.js';
import { scaleOver } from '../plots/scale.js';
import type { PagedAudit } from '../report.js';
import { rolesOf } from '../roles.js';
import { leakRow } from './leaks.js';
import { section } from './section.js';

/** None in a quick audit. */
export function changes(audit: PagedAudit): Html | undefined {
  const tasks = audit.tasks.filter(({ name, of }) => of > 0 && changeOf(name));
  if (tasks.length === 0) return undefined;
  const drawn = plot({
    title: 'leaks of the changed model',
    scale: scaleOver(tasks.flatMap(({ interval }) => interval ?? [])),
    written: percent,
    rows: tasks.map((task) => leakRow(task, false)),
  });
  return section(
    'changes',
    'What brings it back',
    'The same questions to the model once it was changed. To be held against what it tells as it is, above.',
    html`${legend(rolesOf(audit).filter(([role]) => role !== 'before'))}${drawn}`,
  );
}
