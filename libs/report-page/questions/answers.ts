// What one attack asked, and what each model answered.

import type { AuditRow } from '#contracts/audit.js';
import { html, type Html } from '../html.js';
import { roleWords } from '../roles.js';
import { words, wordsAfter } from '../words.js';

/**
 * @param phrase of the attack.
 * @param plain question: other wordings are shown with the answers.
 */
export const answers = (phrase: string, plain: string, rows: readonly AuditRow[]): Html =>
  html`<section class="attack">
    <h4>${phrase}</h4>
    ${byWording(rows).map(
      ([asked, some]) =>
        html`${asked === plain ? undefined : html`<p class="wording">${words(asked)}</p>`}${some.map(answer)}`,
    )}
  </section>`;

function byWording(rows: readonly AuditRow[]): [string, AuditRow[]][] {
  const groups = new Map<string, AuditRow[]>();
  for (const row of rows) {
    const group = groups.get(row.question);
    if (group) group.push(row);
    else groups.set(row.question, [row]);
  }
  return [...groups];
}

const answer = (row: AuditRow): Html =>
  html`<div class="answer ${row.role}">
    <span class="who">${roleWords[row.role]}</span>
    ${verdictOf(row)}
    <div>${said(row)}</div>
  </div>`;

/** Nothing was generated where the model does not take the question. */
const said = ({ prefix, answer: text }: AuditRow): Html => {
  if (text === undefined) return html`<em>not asked: longer than the model's context</em>`;
  return text === '' && prefix === undefined ? html`<em>no answer</em>` : wordsAfter(prefix, text);
};

function verdictOf({ leak }: AuditRow): Html {
  if (leak === true) return html`<span class="badge leak">states it</span>`;
  return leak === false
    ? html`<span class="badge none">does not</span>`
    : html`<span class="badge open">not judged</span>`;
}
