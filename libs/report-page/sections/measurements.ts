// Means of the measurements over the questions.

import { html, type Html } from '../html.js';
import { measureTitle } from '../measures.js';
import { between, figure } from '../numbers.js';
import type { PagedAudit } from '../report.js';
import { section } from './section.js';

export const measurements = ({ measurements: measured }: PagedAudit): Html =>
  section(
    'measurements',
    'Measurements',
    'Of the gold answers, from one pass of each model over them: means over the questions.',
    html`<div class="wide">
      <table>
        <thead>
          <tr>
            <th>figure</th>
            <th>after</th>
            <th>95 %</th>
            <th>before</th>
            <th>reference</th>
          </tr>
        </thead>
        <tbody>
          ${measured.map(
            ({ probe, figure: name, after, interval, before, reference }) =>
              html` <tr>
                <th>${measureTitle(probe, name)}</th>
                <td><b>${figure(after)}</b></td>
                <td class="interval">${between(interval)}</td>
                <td>${figure(before)}</td>
                <td>${figure(reference)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
  );
