// Names and nouns of Slavic languages in Cyrillic letters: Вологда, Вологды and Вологде are one.

/** What cases and numbers put behind a stem, the longest first; in normal words й is и, as é is e. */
const ENDINGS =
  'иями ями ами его ого ему ому ими ыми иях иям еи ои ии ыи ем им ом ым ам ям ах ях ов ев ую юю ая яя ое ее ые ие ых их ию ия ьи ью ою ею а я у ю о е ы и і ь'.split(
    ' ',
  );
/** A shorter stem is that of too many words. */
const FEWEST = 4;

/** A word in lower case without the ending of its case; one in other letters as it is. */
export function cyrillicStem(word: string): string {
  if (!/^\p{sc=Cyrillic}/u.test(word)) return word;
  const ending = ENDINGS.find((end) => word.endsWith(end) && word.length - end.length >= FEWEST);
  return ending === undefined ? word : word.slice(0, -ending.length);
}
