// How many questions of a set a page has.

/** That a browser shows with ease, and that are in memory at once. */
export const QUESTIONS = 500;

/** @param which as in "The last". @returns nothing for none. */
export const leftOut = (count: number, which: string): string =>
  count > 0 ? ` ${which} ${count} are left out here; the report as JSON has them.` : '';
