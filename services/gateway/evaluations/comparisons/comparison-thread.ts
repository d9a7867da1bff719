// Compares answers on a thread of its own: resampling thousands of pictures takes most of a second, in
// which calls are answered.

import { seeingBenchmarks } from '#metrics/hallucination/benchmarks.js';
import { serve } from '#thread/serve.js';
import type { ComparisonProtocol, Compared, Comparison } from './comparison-protocol.js';

function compare({ task, rows, baseline }: Compared): Comparison {
  const figures = seeingBenchmarks[task].measured(rows, baseline);
  return { figures, warnings: seeingBenchmarks[task].shifts(figures) };
}

await serve<ComparisonProtocol>(() => ({ calls: { compare } }));
