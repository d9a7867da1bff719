// Which words stand for which object: a table of synonyms in the layout of CHAIR's script.

/** Words, and pairs of words, by the object that they name. */
export type Synonyms = ReadonlyMap<string, string>;

/**
 * A line per object: its name, then other words for it, apart by a comma and a space; a later line
 * wins. As in the script a word keeps further spaces, so that one with a space too many is found
 * nowhere (" cheesecake" of the public table).
 * @param text the lines, or the text of a Python file that holds them as `synonyms_txt`, as the
 * chair.py that DeCo and OPERA come with.
 */
export const parseSynonyms = (text: string): Synonyms => synonymsOf(synonymLines(text));

/** The words of each line, the object's name first. */
export function synonymLines(text: string): string[][] {
  const [, quoted] = /synonyms_txt\s*=\s*'''([^']*)'''/.exec(text) ?? [];
  const lines = (quoted ?? text).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((one) => one !== '').map((line) => line.split(', '));
}

/** A later line wins. */
export function synonymsOf(lines: readonly (readonly string[])[]): Synonyms {
  const synonyms = new Map<string, string>();
  for (const words of lines) for (const word of words) synonyms.set(word, words[0]!);
  return synonyms;
}

/** Objects that have no other word than their name. */
export const namesAlone = (names: readonly string[]): Synonyms =>
  new Map(names.map((name) => [name, name]));
