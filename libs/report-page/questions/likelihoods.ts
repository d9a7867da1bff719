// What the models' weights hold of one gold answer.

import { type AuditRole, type AuditRow, auditRoles } from '#contracts/audit.js';
import { isAttack, type MeasurementName, measurementNames } from '#contracts/probes.js';
import { html, type Html } from '../html.js';
import { measureTitle } from '../measures.js';
import { figure } from '../numbers.js';
import { roleWords } from '../roles.js';

type Measured = Map<string, Partial<Record<AuditRole, number>>>;

/** None where nothing was measured. */
export function likelihoods(rows: readonly AuditRow[]): Html | undefined {
  const all = measurementNames.flatMap((probe) => [...measuredOf(probe, rows)]);
  if (all.length === 0) return undefined;
  return html` <div class="wide">
    <table>
      <thead>
        <tr>
          <th>figure</th>
          ${auditRoles.map((role) => html`<th>${roleWords[role]}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${all.map(
          ([title, by]) =>
            html`<tr>
              <th>${title}</th>
              ${auditRoles.map((role) => html`<td>${figure(by[role])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function measuredOf(name: MeasurementName, rows: readonly AuditRow[]): Measured {
  const measured: Measured = new Map();
  for (const { probe, role, figures } of rows) {
    if (probe !== name || isAttack(probe)) continue;
    for (const [key, value] of Object.entries(figures)) {
      const title = measureTitle(name, key);
      measured.set(title, { ...measured.get(title), [role]: value });
    }
  }
  return measured;
}
