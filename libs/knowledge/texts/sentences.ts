// Where sentences end, as far as a text that grows can tell.

/** A full stop that nothing follows yet may be the point of a number, or of an abbreviation. */
const END = /[。！？!?；…\n]+|\.(?=\s)/gu;

/** @returns the end of the last sentence that is whole after a place; the place where none is. */
export function endOfSentences(text: string, from: number): number {
  let end = from;
  for (const { 0: mark, index } of text.slice(from).matchAll(END)) end = from + index + mark.length;
  return end;
}
