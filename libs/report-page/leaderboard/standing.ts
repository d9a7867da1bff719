// Who is best at a metric, and who cannot be told from the best.

import type { Figure } from '#contracts/cells.js';

/** `within`: the intervals overlap, so that the difference may be chance. */
export type Standing = 'best' | 'within' | 'behind';

/** @returns of each figure that has a value; of none where neither way is better. */
export function standings(
  figures: readonly (Figure | undefined)[],
  higherIsBetter: boolean | null,
): (Standing | undefined)[] {
  const values = figures.flatMap((figure) => figure?.value ?? []);
  if (higherIsBetter === null || values.length < 2) return figures.map(() => undefined);
  const best = values.reduce((one, other) =>
    higherIsBetter ? Math.max(one, other) : Math.min(one, other),
  );
  const leaders = figures.filter((figure) => figure?.value === best);
  return figures.map((figure) => {
    if (figure === undefined || figure.value === null) return undefined;
    if (figure.value === best) return 'best';
    return leaders.some((leader) => leader && overlap(leader, figure)) ? 'within' : 'behind';
  });
}

const overlap = ({ interval: one }: Figure, { interval: other }: Figure): boolean =>
  one !== null && other !== null && one[0] <= other[1] && other[0] <= one[1];
