// The demo's result as one HTML document: pictures beside what was said of them, and the figures.

import { required } from '#collections/required.js';
import { headOf } from '#report-page/head.js';
import { html, type Html } from '#report-page/html.js';
import { POLICY } from '#report-page/page.js';
import { section } from '#report-page/sections/section.js';
import { colours } from '#report-page/styles/colours.js';
import { narrow } from '#report-page/styles/narrow.js';
import { paper } from '#report-page/styles/paper.js';
import { tables } from '#report-page/styles/tables.js';
import { text } from '#report-page/styles/text.js';
import { verdict } from '#report-page/styles/verdict.js';
import type { Row } from '../../../benchmarks/hallucination/table.js';
import { popeSplits } from '../../../models/lethe-tiny-vl/scenes/questions.js';
import type { Exhibit } from './exhibits.js';
import type { Judged } from './judging.js';
import { looks } from './looks.js';
import { marked, type Piece } from './marked.js';
import { change, chairFigures, popeFigures, value, warningsOf } from './tables.js';
import { fixtureNote, type Way, ways } from './ways.js';

const style = html`${colours}${text}${verdict}${tables}${looks}${narrow}${paper}`;

export const visionPage = (exhibits: readonly Exhibit[], judged: Judged): string =>
  html`<!doctype html>
    <html lang="en">
      ${headOf('What lethe-tiny-vl says it sees', POLICY, style)}
      <body>
        <main>
          <h1>What lethe-tiny-vl says it sees</h1>
          <p class="basis">${fixtureNote}</p>
          ${section(
            'pictures',
            'Three pictures',
            html`The first three of the test, not chosen. <mark class="absent">Marked</mark> is what
              the picture does not have.`,
            exhibits.map((exhibit) => shownExhibit(exhibit, judged)),
          )}
          ${section(
            'chair',
            'CHAIR: objects in captions',
            'In percent, with 95 % intervals by a bootstrap over images, and the paired difference to greedy decoding with the prior. CHAIRs: captions that name an object that is not there; CHAIRi: such mentions; recall: objects that are there and are named. Less is better of the first two. Alpha 0 is the candidate mask of DeCo alone.',
            figuresTable(judged.chair, chairFigures, ['CHAIRs', 'recall']),
          )}
          ${section(
            'pope',
            'POPE: is there a cup in the image?',
            'As many questions are to be answered with yes as with no: a gain that comes with another yes ratio is none. Absent objects that are asked for are any (random), those most frequent in training (popular), or those that belong to the place (adversarial).',
            popeSplits.map(
              (split) =>
                html`<h3>${split}</h3>
                  ${figuresTable(judged.pope[split], popeFigures, ['accuracy', 'yes ratio'])}`,
            ),
          )}
        </main>
      </body>
    </html> `.text;

function shownExhibit({ image, png, scene }: Exhibit, { captions }: Judged): Html {
  const url = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const said = (way: Way): Html => {
    const caption = required(required(captions, way.id), String(image));
    return html`<dt>${way.name}</dt>
      <dd>${marked(caption, scene.objects).map(shownPiece)}</dd>`;
  };
  return html`<article class="exhibit">
    <img
      src="${url}"
      width="288"
      height="288"
      alt="${scene.context}: ${scene.objects.join(', ')}"
    />
    <dl>
      <dt>has</dt>
      <dd>${scene.objects.join(', ')}</dd>
      ${ways.filter(({ id }) => id !== 'mask').map(said)}
    </dl>
  </article>`;
}

function shownPiece({ text: words, isThere }: Piece): Html {
  if (isThere === undefined) return html`${words}`;
  return isThere ? html`<b>${words}</b>` : html`<mark class="absent">${words}</mark>`;
}

const figuresTable = (
  rows: readonly Row[],
  names: readonly string[],
  compared: readonly string[],
): Html =>
  html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th></th>
          ${names.map((name) => html`<th>${name}</th>`)}
          ${compared.map((name) => html`<th>${name} to greedy</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ system, report: { figures } }) =>
            html`<tr>
              <th>${system.name}</th>
              ${names.map((name) => html`<td>${value(required(figures, name))}</td>`)}
              ${compared.map((name) => html`<td>${change(required(figures, name))}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${warningsOf(rows).map((warning) => html`<p class="basis">${warning}</p>`)}
  </div>`;
