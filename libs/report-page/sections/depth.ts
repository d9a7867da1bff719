// How deep the forgetting goes, layer by layer.

import type { Depth } from '#contracts/audit.js';
import { html, type Html } from '../html.js';
import { between, figure } from '../numbers.js';
import type { PagedAudit } from '../report.js';
import { section } from './section.js';

/** None where neither was measured. */
export function depth({ depth: lens, unlearningDepth: patching }: PagedAudit): Html | undefined {
  const ways = [
    ['by the logit lens', lens],
    ['by activation patching', patching],
  ] as const;
  const measured = ways.flatMap(([name, found]) => (found ? [{ name, ...found }] : []));
  if (measured.length === 0) return undefined;
  return section(
    'depth',
    'Depth',
    `Of what each layer held of the answers beyond the reference, the share that is erased: 0 where
    all is left, 1 where no more is than the reference has. The lens reads a layer's states as if it
    were the last; patching puts them into the model before (the unlearning depth score), which says little where
    the reference was not tuned from the same base.`,
    html`<div class="wide">${measured.map(table)}</div>`,
  );
}

const table = ({ name, questions, erasure, layers }: Depth & { readonly name: string }): Html =>
  html`<table>
    <thead>
      <tr>
        <th>${name}</th>
        <th>erased</th>
        <th>95 %</th>
        <th>questions</th>
      </tr>
    </thead>
    <tbody>
      <tr>
        <th>all layers</th>
        <td><b>${figure(erasure.value)}</b></td>
        <td class="interval">${between(erasure.interval)}</td>
        <td>${questions}</td>
      </tr>
      ${layers.map(
        ({ layer, questions: held, erasure: erased }) =>
          html`<tr>
            <th>layer ${layer}</th>
            <td>${figure(erased)}</td>
            <td></td>
            <td>${held}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
