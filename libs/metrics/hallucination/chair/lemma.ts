// The word of a table that a form in a caption comes from, as NLTK's tagger and WordNet lemmatizer have it.

import { determiners, doubling, gerunds, irregular, verbs } from './word-forms.js';

/** What plurals end in, and what WordNet's rules put there. */
const plurals = [
  ['ies', 'y'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['sses', 'ss'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['ses', 's'],
  ['men', 'man'],
  ['s', ''],
] as const;

/**
 * @param before the word before it, if any, by which a form in -ing is a noun or a verb.
 * @param known whether the table has a word.
 * @returns the word itself where it comes from none that is known.
 */
export function lemma(
  form: string,
  before: string | undefined,
  known: (word: string) => boolean,
): string {
  const exception = irregular.get(form);
  if (exception !== undefined) return exception;
  if (known(form)) return form;
  return singular(form, known) ?? verbOf(form, before, known) ?? form;
}

function singular(form: string, known: (word: string) => boolean): string | undefined {
  return plurals
    .filter(([end]) => form.endsWith(end))
    .map(([end, rest]) => form.slice(0, -end.length) + rest)
    .find(known);
}

function verbOf(
  form: string,
  before: string | undefined,
  known: (word: string) => boolean,
): string | undefined {
  const [end] = /(?:ed|ing)$/.exec(form) ?? [];
  if (end === undefined || (end === 'ing' && isNoun(form, before))) return undefined;
  const stem = form.slice(0, -end.length);
  const single = doubled(stem);
  return [stem, `${stem}e`, stem.replace(/i$/, 'y'), ...(single ? [single] : [])].find(
    (verb) => verbs.has(verb) && known(verb),
  );
}

/** What a stem such as "shipp" doubles. */
function doubled(stem: string): string | undefined {
  const single = stem.slice(0, -1);
  return doubling.has(single) && stem.at(-1) === single.at(-1) ? single : undefined;
}

const isNoun = (form: string, before: string | undefined): boolean =>
  gerunds.has(form) || before === undefined || before === '.' || determiners.has(before);
