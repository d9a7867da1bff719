// A benchmark about pictures: each row asks about one, and what is counted of its answers is summed
// by picture.

import type { BenchmarkRow, Figure } from '#contracts/cells.js';
import { conversationOf, type Example, imagesOf, questionOf } from '#contracts/examples.js';
import type { SeeingName } from '#contracts/tasks.js';
import { seeingBenchmarks, type SeeingRow } from '#metrics/hallucination/benchmarks.js';
import { collect } from '#platform/artifacts/stretches.js';
import { eachLimited } from '#platform/each-limited.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';
import { generate } from '../asking.js';
import { chatPrompt } from '../chat-prompt.js';
import { unusableRow } from '../unusable-row.js';
import type { Exam, Task } from './task.js';

/** What an answer is found to say. */
type Read = Pick<BenchmarkRow, 'gold' | 'figures' | 'absent'>;
export type Reader = (example: Example, answer: string) => Read;

/** @param readerOf what a stretch's answers are read by. */
export const seeing = (
  name: SeeingName,
  readerOf: (exam: Exam) => Promise<Reader>,
): Task<BenchmarkRow, BenchmarkRow> => ({
  sets: ['forget'],
  async ask(inference, exam, numbered, from) {
    const read = await readerOf(exam);
    const places = numbered.map((one, i) => ({ ...one, index: from + i }));
    return eachLimited(exam, places, async ({ line, example, index }) => {
      const image = imageOf(example, line);
      const { answer } = await generate(inference, exam, chatPrompt(conversationOf(example))).catch(
        (error: unknown) => {
          throw unusableRow(error, exam.set, line);
        },
      );
      return {
        probe: name,
        index,
        question: questionOf(example),
        answer,
        image,
        ...read(example, answer),
      };
    });
  },
  figures: async (rows) => figuresOf(name, await collect(rows)),
});

/** The gateway checks rows before; @throws UnusableSetError where it did not */
function imageOf(example: Example, line: number): string {
  const [shown, more] = imagesOf(example);
  if (!shown || more)
    throw new UnusableSetError(
      `line ${line} shows ${shown ? 'several pictures' : 'no picture'}: expected one`,
    );
  return shown.file.hash;
}

function figuresOf(name: SeeingName, rows: readonly BenchmarkRow[]): Figure[] {
  const seen: SeeingRow[] = rows.map(({ image = '', ...row }) => ({ ...row, image }));
  const measured = seeingBenchmarks[name].measured(seen);
  return Object.entries(measured).map(([metric, { value, interval }]) => ({
    metric,
    value: Number.isNaN(value) ? null : value,
    interval: interval.some(Number.isNaN) ? null : [interval[0], interval[1]],
    n: rows.length,
  }));
}
