// The leaks of one attack as a row of a plot, beside those of the reference.

import type { AuditTask } from '#contracts/audit.js';
import { probes } from '#contracts/probes.js';
import { html } from '../html.js';
import { percent, said } from '../numbers.js';
import type { Mark } from '../plots/marks.js';
import type { PlotRow } from '../plots/plot.js';

/** @param isBeyond the threshold. */
export function leakRow(task: AuditTask, isBeyond: boolean): PlotRow {
  const { leaks, of, unjudged, interval, reference, before } = task;
  const value = leaks / of;
  const marks: Mark[] = reference === null ? [] : [{ role: 'reference', value: reference / of }];
  return {
    label: html`${probes[task.name].phrase}`,
    bar: { value, tone: isBeyond ? 'beyond' : 'within' },
    // The bar ends where the interval's point would be.
    marks: [...marks, { role: 'after', value, interval }],
    said: said(html`${leaks} of ${of}`, interval ? interval.map(percent).join(' to ') : undefined, [
      ...(reference === null ? [] : [`reference ${reference}`]),
      ...(before === null ? [] : [`before ${before}`]),
      ...(unjudged > 0 ? [`${unjudged} not judged`] : []),
    ]),
  };
}
