// Links and rows as tokens: what a model has been taught to say, and to read thereafter. What a base
// says is data, as messages are: no control token that it spells counts as one.

import { groundsText, linkText, NO_LINK } from '#knowledge/texts/link.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { encodeCompletion } from '../requests.js';
import type { CandidateTexts } from './base-protocol.js';
import type { EntityTokens, RowTokens } from './link-tokens.js';

export type LinkTexts = Pick<CandidateTexts, 'names' | 'attributes' | 'rows'>;

/** @param room of a row, in tokens. */
export function encodeLinks(
  tokenizer: Tokenizer,
  { names, attributes, rows }: LinkTexts,
  room: number,
): EntityTokens {
  const [name = ''] = names;
  return {
    links: names.flatMap((one) =>
      attributes.map((attribute) => sayable(tokenizer, linkText(one, attribute))),
    ),
    rows: attributes.map((attribute, i) =>
      encodeRow(tokenizer, linkText(name, attribute), rows[i] ?? [], room),
    ),
  };
}

export const encodeNoLink = (tokenizer: Tokenizer): number[] => answerTokens(tokenizer, NO_LINK);

/** As the beginning of an answer. */
const answerTokens = (tokenizer: Tokenizer, text: string): number[] =>
  encodeCompletion(tokenizer, tokenizer.turn.lead, text, false);

/** @returns nothing where the tokens would say something else. */
function sayable(tokenizer: Tokenizer, text: string): number[] {
  const ids = answerTokens(tokenizer, text);
  return normalText(tokenizer.decode(ids)).endsWith(normalText(text)) ? ids : [];
}

/** As many values as have room. */
function encodeRow(
  tokenizer: Tokenizer,
  link: string,
  values: readonly string[],
  room: number,
): RowTokens {
  for (let count = values.length; count > 0;) {
    const tokens = groundsTokens(tokenizer, link, groundsText(values.slice(0, count)));
    if (tokens.length <= room) return { tokens, values: count };
    count = Math.min(count - 1, Math.floor((count * room) / tokens.length));
  }
  return { tokens: [], values: 0 };
}

/** As training encodes both at once, wherever that begins with what the link is by itself. */
function groundsTokens(tokenizer: Tokenizer, link: string, grounds: string): number[] {
  const said = answerTokens(tokenizer, link);
  const both = answerTokens(tokenizer, link + grounds);
  const isContinued = said.every((id, i) => both[i] === id);
  return isContinued ? both.slice(said.length) : encodeCompletion(tokenizer, '', grounds, false);
}
