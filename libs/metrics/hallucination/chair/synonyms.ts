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
export function parseSynonyms(text: string): Synonyms {
  const [, quoted] = /synonyms_txt\s*=\s*'''([^']*)'''/.exec(text) ?? [];
  const lines = (quoted ?? text).split(/\r?\n/).map((line) => line.trim());
  const synonyms = new Map<string, string>();
  for (const line of lines.filter((one) => one !== '')) {
    const words = line.split(', ');
    for (const word of words) synonyms.set(word, words[0]!);
  }
  return synonyms;
}

/** Objects that have no other word than their name. */
export const namesAlone = (names: readonly string[]): Synonyms =>
  new Map(names.map((name) => [name, name]));
