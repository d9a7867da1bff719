// The benchmarks about pictures, from rows of their answers to figures.

import { grouped } from '#collections/grouped.js';
import { type ByImage, byImage } from './by-image.js';
import { type ChairCount, chairFigures } from './chair/chair.js';
import { type MmeCount, mmeCounts, mmeSubtaskFigures } from './mme.js';
import { type Counts, type Figures, type Measured, measured } from './paired.js';
import { type PopeCount, popeFigures, type YesNo } from './pope.js';
import { shiftsOf, type Watched } from './shifts.js';

/** One answered question. */
export interface SeeingRow {
  /** Which picture it is about. */
  readonly image: string;
  /** Of what takes yes or no, one of the two. */
  readonly gold: string;
  readonly answer: string;
  /** What was counted of it. */
  readonly figures: Readonly<Record<string, number>>;
}

interface Benchmark {
  /**
   * @param baseline another's answers to the same questions.
   * @throws RangeError where that is of other pictures, or there are none.
   */
  measured(
    rows: readonly SeeingRow[],
    baseline?: readonly SeeingRow[],
  ): Readonly<Record<string, Measured>>;
  /** Sentences on what makes a gain doubtful. */
  shifts(figures: Readonly<Record<string, Measured>>): readonly string[];
}

const benchmark = <K extends string>(
  figures: Figures<K>,
  counted: (rows: readonly SeeingRow[]) => ByImage<K>,
  watched: Watched,
): Benchmark => ({
  measured: (rows, baseline) => {
    const own = counted(rows);
    const images = [...own.values()];
    if (!baseline) return measured(figures, [{ images }]);
    const before = counted(baseline);
    const paired = [...own.keys()].flatMap((image) => before.get(image) ?? []);
    if (paired.length !== images.length || before.size !== images.length)
      throw new RangeError('the baseline is of other pictures');
    return measured(figures, [{ images, baseline: paired }]);
  },
  shifts: (all) => shiftsOf(all, watched),
});

const summed = <K extends string>(rows: readonly SeeingRow[]): ByImage<K> =>
  byImage(rows.map(({ image, figures }) => [image, figures as Counts<K>]));

const together = (rows: readonly SeeingRow[]): ByImage<MmeCount> =>
  new Map(
    [...grouped(rows, ({ image }) => image)].map(([image, asked]) => [
      image,
      mmeCounts(asked.map(({ gold, answer }) => ({ truth: gold as YesNo, answer }))),
    ]),
  );

export const chairWatched = {
  gains: { CHAIRs: 'low', CHAIRi: 'low' },
  moves: ['words'],
  falls: ['recall'],
} as const;
export const popeWatched = {
  gains: { accuracy: 'high', F1: 'high' },
  moves: ['yes ratio'],
  falls: [],
} as const;
export const mmeWatched = { gains: { score: 'high' }, moves: ['yes ratio'], falls: [] } as const;

export const seeingBenchmarks = {
  chair: benchmark<ChairCount>(chairFigures, summed, chairWatched),
  pope: benchmark<PopeCount>(popeFigures, summed, popeWatched),
  mme: benchmark<MmeCount>(mmeSubtaskFigures, together, mmeWatched),
} as const;
