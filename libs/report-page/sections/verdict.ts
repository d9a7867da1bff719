// The verdict in words, at the top, with what stands against it.

import type { Verdict } from '#contracts/audit.js';
import type { AuditScope } from '#contracts/probes.js';
import { html, type Html } from '../html.js';
import type { PageInput, PagedAudit } from '../report.js';
import { referenceWords } from '../roles.js';

const outcomes = {
  indistinguishable: ['Indistinguishable', 'passed'],
  forgotten: ['Forgotten', 'passed'],
  hidden: ['Hidden, not forgotten', 'failed'],
  suppressed: ['Suppressed, not forgotten', 'failed'],
  known: ['Not forgotten', 'failed'],
  unjudged: ['Not judged', 'open'],
} as const satisfies Record<Verdict['outcome'], readonly [string, string]>;

export const verdict = ({ job, model, audit }: PageInput): Html =>
  html` <header>
    <p class="brand">Lethe · report of unlearning</p>
    <h1><bdi>${model ?? job}</bdi></h1>
    ${audit ? audited(audit) : unaudited}
  </header>`;

function audited(audit: PagedAudit): Html {
  const { outcome, words, findings } = audit.verdict;
  const [title, tone] = outcomes[outcome];
  const other = findings.filter((finding) => !words.includes(finding));
  return html` <div class="verdict ${tone}">
      <p class="outcome">${title}</p>
      <p class="sentence">${sentence(behind(title, words))}</p>
      ${
        other.length > 0
          ? html`<ul>
              ${other.map((finding) => html`<li>${sentence(finding)}</li>`)}
            </ul>`
          : undefined
      }
    </div>
    <p class="basis">
      ${scopes[audit.tier]}, judged by <code>${audit.judge}</code>; reference:
      ${referenceWords(audit)}.
    </p>`;
}

const scopes: Readonly<Record<AuditScope, string>> = {
  full: 'Full audit',
  quick: 'Quick audit',
  named: 'Audit by what was named',
};

const unaudited = html` <div class="verdict open">
  <p class="outcome">Not audited</p>
  <p class="sentence">
    The model was asked plainly alone: whether its answers come back under attack is not known.
  </p>
</div>`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** What the title says already is not said again. */
function behind(title: string, words: string): string {
  const told = `${title.toLowerCase()}: `;
  return words.startsWith(told) ? words.slice(told.length) : words;
}
