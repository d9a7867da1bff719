// Which questions are shown, and in which order: by style sheets alone, as the page has no scripts.

import { type AttackName, probes } from '#contracts/probes.js';
import { html, type Html } from '../html.js';

/** @param attacks that were made. */
export const controls = (attacks: readonly AttackName[]): Html =>
  html` <style>
      ${attacks.map(rule).join('')}
    </style>
    <p class="controls">
      <label
        >Show
        <select>
          <option value="all">all questions</option>
          <option value="opened">those that an attack opens</option>
          <option value="closed">those that none opens</option>
          <option value="unjudged">those with an answer not judged</option>
          ${attacks.map((name) => html`<option value="by-${name}">opened ${probes[name].phrase}</option>`)}
        </select></label
      >
      <label
        >Order
        <select>
          <option value="leaks">most leaks first</option>
          <option value="place">as in the file</option>
          <option value="likely">likeliest gold answer first</option>
        </select></label
      >
    </p>`;

const rule = (name: AttackName): string =>
  `.questions:has([value=by-${name}]:checked) .question:not(.by-${name}){display:none}`;
