// What was done with what: names, hashes and settings.

import { html, type Html } from '../html.js';
import type { Facts } from '../report.js';
import { clipped, words } from '../words.js';
import { section } from './section.js';

export const settings = (groups: readonly Facts[]): Html =>
  section(
    'settings',
    'Models, content and settings',
    'Hashes are SHA-256 of what was read and written; the receipt of the job signs them.',
    groups.map(
      ({ title, facts }) =>
        html` <details>
          <summary>${title}</summary>
          <dl class="facts">
            ${facts.map(
              ([label, value]) =>
                html`<div>
                  <dt>${label}</dt>
                  <dd>${words(clipped(value))}</dd>
                </div>`,
            )}
          </dl>
        </details>`,
    ),
  );
