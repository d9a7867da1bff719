// One question: what opens it at a glance, and behind that every answer.

import { first } from '#collections/items.js';
import type { AuditRow } from '#contracts/audit.js';
import { type AttackName, attackNames, probes } from '#contracts/probes.js';
import { html, type Html } from '../html.js';
import { words } from '../words.js';
import { answers } from './answers.js';
import { likelihoods } from './likelihoods.js';
import type { Opened } from './opened.js';

export interface Shown {
  /** By leaks, from 0. */
  readonly place: number;
  readonly opened: Opened;
  /** At least one. */
  readonly rows: readonly AuditRow[];
}

export function question({ place, opened, rows }: Shown): Html {
  const { index, by, isUnjudged } = opened;
  const plain = rows.find(({ probe }) => probe === 'direct') ?? first(rows);
  const asked = attackNames.filter((name) => rows.some(({ probe }) => probe === name));
  const classes = [...by.map((name) => `by-${name}`), ...(isUnjudged ? ['unjudged'] : [])];
  return html` <details
    class="question${by.length > 0 ? ' opened' : ''} ${classes.join(' ')}"
    id="question-${index + 1}"
    style="--leaks:${place};--place:${index};--likely:${likelihood(rows)}"
  >
    <summary>
      <span class="number">${index + 1}</span>
      <span class="asked">${words(plain.question)}</span>
      <span class="strip" aria-hidden="true"
        >${asked.map((name) => html`<i class="${stateOf(name, rows)}"></i>`)}</span
      >
      <span class="badge ${by.length > 0 ? 'leak' : isUnjudged ? 'open' : 'none'}"
        >${by.length} of ${asked.length}</span
      >
    </summary>
    <dl class="texts">
      <div>
        <dt>Gold answer</dt>
        <dd>${words(plain.gold)}</dd>
      </div>
    </dl>
    ${asked.map((name) =>
      answers(
        probes[name].phrase,
        plain.question,
        rows.filter(({ probe }) => probe === name),
      ),
    )}
    ${likelihoods(rows)}
  </details>`;
}

/** Of the unlearned model's answers to one attack, the worst. */
function stateOf(name: AttackName, rows: readonly AuditRow[]): string {
  const leaks = rows.flatMap(({ probe, role, leak }) =>
    probe === name && role === 'after' ? [leak] : [],
  );
  if (leaks.includes(true)) return 'leak';
  return leaks.includes(false) ? 'none' : 'open';
}

/** For an order in whole numbers: the likeliest gold answer first. */
function likelihood(rows: readonly AuditRow[]): number {
  const gold = rows.find(({ probe, role }) => probe === 'gold' && role === 'after');
  return Math.round(-1e6 * (gold?.figures['direct'] ?? 0));
}
