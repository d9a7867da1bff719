// Every question with its evidence, those first that most attacks open.

import type { AuditRow } from '#contracts/audit.js';
import { attackNames } from '#contracts/probes.js';
import { html } from '../html.js';
import type { PageInput } from '../report.js';
import { leftOut, QUESTIONS } from './bound.js';
import { controls } from './controls.js';
import { evidenceOf } from './evidence.js';
import { openedOf } from './opened.js';
import { plainRows } from './plain-rows.js';
import { question } from './question.js';

/** The rows are read twice. */
export async function* questions(input: PageInput): AsyncGenerator<string, void, void> {
  const rows: () => AsyncIterable<AuditRow> | Iterable<AuditRow> =
    input.audit?.rows ?? (() => plainRows(input));
  const all = await openedOf(rows());
  const shown = all.slice(0, QUESTIONS);
  if (shown.length === 0) return;
  const evidence = await evidenceOf(rows(), shown);
  const asked = new Set([...evidence.values()].flatMap((some) => some.map(({ probe }) => probe)));
  yield html`
    <section id="questions" class="questions">
      <h2>Every question</h2>
      <p class="lead">
        What each attack brought of the fact, from the first that was asked to the last: red where
        the unlearned model states it. What was given of an answer is
        <mark>marked</mark>.${leftOut(all.length - shown.length, 'The least opened')}
      </p>
      ${controls(attackNames.filter((name) => asked.has(name)))}
      <div class="list">
  `.text;
  for (const [place, opened] of shown.entries())
    yield question({ place, opened, rows: evidence.get(opened.index) ?? [] }).text;
  yield '</div></section>\n';
}
