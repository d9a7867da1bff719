// What the page does not say.

import type { AuditScope } from '#contracts/probes.js';
import { html, type Html } from '../html.js';
import type { PageInput } from '../report.js';
import { section } from './section.js';

const scopes: Readonly<Record<AuditScope, readonly string[]>> = {
  full: [],
  quick: [
    'A quick audit neither trains the model on nor changes its weights: whether that brings answers back is not tried.',
  ],
  named: ['Only attacks and measurements that were named were made: others are not tried.'],
};
const limits = [
  'A passed audit says that these attacks did not bring the answers back: others might.',
  'A judge can be wrong: every answer stands above, to be read.',
  'Shares of few questions vary: look at the intervals, not at the points alone.',
  'The figures are of the questions that were asked: what else the forget set holds was not asked for.',
];

export const notAsked = ({ audit }: PageInput): Html =>
  section(
    'limits',
    'What this does not show',
    'A report of forgetting is no proof of it.',
    html`<ul>
      ${[...scopes[audit?.tier ?? 'quick'], ...limits].map((limit) => html`<li>${limit}</li>`)}
    </ul>`,
  );
