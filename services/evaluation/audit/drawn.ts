// What answers that were drawn at random tell of how likely one is to leak.

import { upperBound } from '#metrics/sampling/clopper-pearson.js';
import { leakAtK } from '#metrics/sampling/leak-at-k.js';
import type { Figures } from './probe.js';
import type { Verdicts } from './tally.js';

const ks = [1, 5, 10];

/**
 * Of one question: leak@k, where so many of its answers could be judged, and `leakBound`, which the
 * probability that one more answer leaks does not exceed, at 95 %.
 */
export function drawn(verdicts: Verdicts): Figures {
  const leaks = verdicts.filter((leak) => leak !== null).map(Number);
  const leaking = leaks.filter((leak) => leak > 0).length;
  return {
    ...Object.fromEntries(
      ks.filter((k) => k <= leaks.length).map((k) => [`leakAt${k}`, leakAtK(leaks, k)]),
    ),
    leakBound: leaks.length > 0 ? upperBound(leaking, leaks.length) : undefined,
  };
}
