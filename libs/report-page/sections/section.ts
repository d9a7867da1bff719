// A part of the page under a heading.

import { html, type Html, type Interpolated } from '../html.js';

/** @param lead one sentence on how to read it. */
export const section = (id: string, title: string, lead: Interpolated, body: Interpolated): Html =>
  html` <section id="${id}">
    <h2>${title}</h2>
    <p class="lead">${lead}</p>
    ${body}
  </section>`;
