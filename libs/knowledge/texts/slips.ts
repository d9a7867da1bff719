// Words that a slip of the pen makes of one another.

/** A letter more, less, or another, or two swapped. */
export function isOneSlip(one: string, other: string): boolean {
  const [a, b] = one.length <= other.length ? [one, other] : [other, one];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const rest = (by: number, from: number): boolean => a.slice(start + from) === b.slice(start + by);
  if (b.length - a.length === 1) return rest(1, 0);
  if (b.length !== a.length) return false;
  const isSwapped = a[start] === b[start + 1] && a[start + 1] === b[start];
  return rest(1, 1) || (isSwapped && rest(2, 2));
}

const VOWEL =
  /^[aeiouy\u00e0-\u00e6\u00e8-\u00ef\u00f2-\u00f6\u00f9-\u00fd\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f]?$/u;

/** Whether two words differ in a letter at their end, as the forms of one do: fever, fevers; лихорадка, лихорадку. */
export function isEnding(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < long.length) return long.startsWith(short);
  return a.slice(0, -1) === b.slice(0, -1) && VOWEL.test(a.slice(-1)) && VOWEL.test(b.slice(-1));
}
