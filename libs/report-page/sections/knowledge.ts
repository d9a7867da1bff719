// How questions are answered from a knowledge base.

import type { KnowledgeFigure } from '#contracts/knowledge-report.js';
import { html, type Html } from '../html.js';
import { between, figure, percent } from '../numbers.js';
import type { PagedKnowledge } from '../report.js';
import { section } from './section.js';

export const knowledge = ({ figures, choice, settings }: PagedKnowledge): Html =>
  section(
    'knowledge',
    'Answers from the knowledge base',
    html`Of the test questions. The thresholds
    (${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')})
    were chosen on ${choice.n} others, at ${percent(choice.wanted)} of right answers, which is
    ${choice.reached ? 'reached' : 'not reached'}: of ${choice.answered} answers
    ${figure(choice.precision)} ${within(choice.precision_interval)} are right, and
    ${figure(choice.coverage)} ${within(choice.coverage_interval)} of what has an answer is
    answered.`,
    html`<div class="wide">
      <table>
        <thead>
          <tr>
            <th>questions</th>
            <th>figure</th>
            <th>value</th>
            <th>95 %</th>
            <th>of</th>
          </tr>
        </thead>
        <tbody>
          ${figures.map(row)}
        </tbody>
      </table>
    </div>`,
  );

const within = (interval: readonly [number, number] | null): string =>
  interval ? `(${between(interval)})` : '';

const row = ({ set, metric, value, interval, n }: KnowledgeFigure): Html =>
  html` <tr>
    <th>${set}</th>
    <td>${metric}</td>
    <td><b>${figure(value)}</b></td>
    <td class="interval">${interval ? between(interval) : ''}</td>
    <td>${n}</td>
  </tr>`;
