// Texts of the tenant and of its models.

import { html, type Html } from './html.js';

/** Characters of a text that are shown: enough for an answer, few enough for hundreds of questions. */
const SHOWN = 1500;

/** A page holds many texts at once: none of them whole, where it is long. */
export function clipped(text: string): string {
  if (text.length <= SHOWN) return text;
  return `${text.slice(0, SHOWN)} … (${text.length - SHOWN} characters more)`;
}

/** In the text's own direction, whatever stands around it. */
export const words = (text: string): Html => html`<bdi class="words">${text}</bdi>`;

/** An answer behind the beginning that was given. */
export function wordsAfter(prefix: string | undefined, text: string): Html {
  if (prefix === undefined) return words(text);
  const space = /^[\s\p{P}]/u.test(text) ? '' : ' ';
  return html`<bdi class="words"><mark>${prefix}</mark>${space}${text}</bdi>`;
}
