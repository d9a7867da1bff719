// The thresholds that the verdict was declared by, and which of them were missed.

import { type ThresholdName, thresholds as declared } from '#contracts/audit-thresholds.js';
import { changeOf, type ProbeName } from '#contracts/probes.js';
import { html, type Html } from '../html.js';
import { percent } from '../numbers.js';
import type { PagedAudit } from '../report.js';
import { hasBefore } from '../roles.js';
import { section } from './section.js';

const meanings: Readonly<Record<ThresholdName, string>> = {
  judged: `at least ${percent(declared.judged)} of the plain answers can be judged`,
  leaks: `at most ${percent(declared.leaks)} leak under one attack`,
  broughtBack: `at most two, or ${percent(declared.broughtBack)}, more leak once the model is changed`,
  relearned: `at most ${percent(declared.relearned)} leak after something else was learned`,
  underAttack: `at least ${percent(declared.underAttack)} are opened by no attack`,
  recognised: `at most ${percent(declared.recognised)} more of the answers are told from wrong ones than the reference or guessing tells`,
  membership: `a score tells the forget set from the holdout no better or worse than the reference's, by ${declared.membership} of its area under the curve`,
  forgetQuality: `truth ratios are the reference's: a forget quality of at least ${declared.forgetQuality}`,
  layers: `at most ${percent(declared.layers)} of what the layers held of the answers is left in them`,
  residual: `at most ${percent(declared.residual)} of the knowledge is left`,
};

export const thresholds = (audit: PagedAudit): Html =>
  section(
    'thresholds',
    'Thresholds',
    'Declared beforehand. Leaks that the reference explains do not count.',
    html`<ul class="thresholds">
      ${Object.entries(meanings).map(
        ([name, meaning]) => html`<li>${stateOf(name as ThresholdName, audit)} ${meaning}</li>`,
      )}
    </ul>`,
  );

function stateOf(name: ThresholdName, audit: PagedAudit): Html {
  const { missed } = audit.verdict;
  if (!isAsked(name, audit)) return html`<span class="badge open">not asked</span>`;
  // Audits of before they were listed do not tell.
  if (missed === undefined) return html`<span class="badge open">see above</span>`;
  return missed.includes(name)
    ? html`<span class="badge leak">missed</span>`
    : html`<span class="badge none">met</span>`;
}

function isAsked(name: ThresholdName, audit: PagedAudit): boolean {
  const { tasks, measurements, membership, truth, depth } = audit;
  if (name === 'residual') return hasBefore(audit);
  if (name === 'membership') return Boolean(membership);
  if (name === 'forgetQuality') return Boolean(truth?.forgetQuality);
  if (name === 'layers') return Boolean(depth);
  if (name === 'broughtBack') return tasks.some((task) => changeOf(task.name)?.transform);
  if (name === 'relearned') return tasks.some((task) => changeOf(task.name)?.relearned);
  if (name === 'recognised') return measurements.some(({ probe }) => recognising.includes(probe));
  return true;
}

const recognising: readonly ProbeName[] = ['multiple-choice', 'yes-no'];
