// A job's report as one HTML document for a person to read: without scripts, and with nothing to
// load.

import { headOf } from './head.js';
import { html, type Html } from './html.js';
import { questions } from './questions/index.js';
import { retained } from './questions/retained.js';
import type { PageInput } from './report.js';
import { attacks } from './sections/attacks.js';
import { changes } from './sections/changes.js';
import { depth } from './sections/depth.js';
import { knowledge } from './sections/knowledge.js';
import { notAsked } from './sections/limits.js';
import { measurements } from './sections/measurements.js';
import { membership } from './sections/membership.js';
import { residual } from './sections/residual.js';
import { settings } from './sections/settings.js';
import { summary } from './sections/summary.js';
import { thresholds } from './sections/thresholds.js';
import { verdict } from './sections/verdict.js';
import { style } from './style.js';

/** What a page may do: nothing but look as it does. Also where the file is opened by itself. */
export const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Piece by piece. @throws what reading the rows throws */
export async function* reportPage(input: PageInput): AsyncGenerator<string, void, void> {
  yield head(input).text;
  yield html`${verdict(input)}${summary(input)}${input.knowledge && knowledge(input.knowledge)}${input.audit && audited(input.audit)}`
    .text;
  yield* questions(input);
  yield* retained(input);
  yield html`${settings(input.facts)}${notAsked(input)}
</main>
</body>
</html>
`.text;
}

const head = ({ job, model }: PageInput): Html =>
  html`<!doctype html>
    <html lang="en">
      ${headOf(`Report of ${model ?? job}`, POLICY, style)}
      <body>
        <main>
     `;

const audited = (audit: NonNullable<PageInput['audit']>): Html =>
  html` ${attacks(audit)}${changes(audit)}${residual(audit)}${membership(audit)}${depth(audit)}${measurements(audit)}${thresholds(audit)}`;
