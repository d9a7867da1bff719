// Places and what belongs to them: by spelling (Chile and Chilean, Italy and Italian), and those that
// spelling does not give away (Ireland and Irish, the Middle East and Middle Eastern).

import { normalWord } from './words.js';

const IRREGULAR: ReadonlyMap<string, string> = new Map(
  [
    ['denmark', 'danish'],
    ['east', 'eastern'],
    ['england', 'english'],
    ['finland', 'finnish'],
    ['france', 'french'],
    ['germany', 'german'],
    ['greece', 'greek'],
    ['iceland', 'icelandic'],
    ['ireland', 'irish'],
    ['netherlands', 'dutch'],
    ['norway', 'norwegian'],
    ['peru', 'peruvian'],
    ['philippines', 'filipino'],
    ['poland', 'polish'],
    ['portugal', 'portuguese'],
    ['scotland', 'scottish'],
    ['spain', 'spanish'],
    ['sweden', 'swedish'],
    ['switzerland', 'swiss'],
    ['thailand', 'thai'],
    ['wales', 'welsh'],
  ].map(([place = '', people = '']) => [normalWord(place), normalWord(people)] as const),
);

/** Shorter beginnings are those of too many words. */
const STEM = 4;
/** Of normal forms: "Japanese" is "japanes" there, "Italy" "itali". */
const OF_PLACE = /^(?:a|e|i|y|ia|ei|ey|ain|en)?$/;
const OF_PEOPLE = /^(?:n|an|ian|ean|ese?|ish|i|ine?|inian|nese?)$/;

/** Whether one of two normal forms is a place and the other what belongs to it. */
export function isDemonym(a: string, b: string): boolean {
  if (IRREGULAR.get(a) === b || IRREGULAR.get(b) === a) return true;
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared += 1;
  for (let length = shared; length >= Math.max(STEM, shared - 2); length--) {
    const [left, right] = [a.slice(length), b.slice(length)];
    if (OF_PLACE.test(left) && OF_PEOPLE.test(right)) return true;
    if (OF_PLACE.test(right) && OF_PEOPLE.test(left)) return true;
  }
  return false;
}
