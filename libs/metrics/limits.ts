// How much of a text is judged. What a judge does with two texts is quadratic in some of its parts;
// an answer that would need more is no answer to a question about a fact.

/** Characters of a gold answer and of a model's: the first. */
export const MAX_ANSWER = 16_384;
/** Characters of what was said before: the last. */
export const MAX_ASKED = 65_536;
/** Of one text, in reading order. */
export const MAX_ENTITIES = 256;
/** Characters of an entity: the first. */
export const MAX_ENTITY = 200;

/** At most `length` characters (UTF-16), none of them half of a pair. */
export const beginning = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\ud800-\udbff]$/, '');

export const ending = (text: string, length: number): string =>
  text.slice(-length).replace(/^[\udc00-\udfff]/, '');
