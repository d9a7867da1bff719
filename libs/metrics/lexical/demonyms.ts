// Places and their peoples by spelling: Chile and Chilean, Japan and Japanese, Italy and Italian.

/** Shorter beginnings are those of too many words. */
const STEM = 4;
const OF_PLACE = /^(?:a|e|y|ia|ey|ain|en)?$/;
const OF_PEOPLE = /^(?:n|an|ian|ean|ese|ish|i|ine|inian|nese)$/;

/** Whether one of two names in lower case is a place and the other what belongs to it. */
export function isDemonym(a: string, b: string): boolean {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared += 1;
  for (let length = shared; length >= Math.max(STEM, shared - 2); length--) {
    const [left, right] = [a.slice(length), b.slice(length)];
    if (OF_PLACE.test(left) && OF_PEOPLE.test(right)) return true;
    if (OF_PLACE.test(right) && OF_PEOPLE.test(left)) return true;
  }
  return false;
}
