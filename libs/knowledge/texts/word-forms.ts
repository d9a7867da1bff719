// Forms of one word, which are no slips of it.

/** What forms of a word end in or lose. */
const ENDING =
  /^[aeiousy\u00e0-\u00e6\u00e8-\u00ef\u00f2-\u00f6\u00f9-\u00fd\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f]$/u;

/** Whether a text's word may be a form of a name: fevers of fever, measle of measles, лихорадку of лихорадка. */
export function isForm(word: string, name: string): boolean {
  const [wordEnd, nameEnd] = [word.slice(-1), name.slice(-1)];
  if (word.length > name.length) return word.startsWith(name);
  if (word.length < name.length) return name.startsWith(word) && ENDING.test(nameEnd);
  return word.slice(0, -1) === name.slice(0, -1) && ENDING.test(wordEnd) && ENDING.test(nameEnd);
}
