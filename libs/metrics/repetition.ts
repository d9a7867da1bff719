// Text that has run into a loop: whatever came after it would be more of the same.

/** Characters of the longest stretch that is looked for. */
const LONGEST = 200;
/** Said so often it is a loop; a short stretch more often, as "..." and "000" are none. */
const TIMES = 3;
const FEWEST = 24;

/** Whether a text ends in the same stretch again and again. */
export function endsInLoop(text: string): boolean {
  const end = text.trimEnd().slice(-TIMES * LONGEST);
  for (let period = 1; period * TIMES <= end.length; period++) {
    const tail = end.slice(-Math.max(TIMES * period, FEWEST));
    if (tail.length >= FEWEST && tail.slice(period) === tail.slice(0, -period)) return true;
  }
  return false;
}
