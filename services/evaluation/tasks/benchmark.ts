// One set of a benchmark, asked and scored as the benchmark's own code does.

import { first } from '#collections/items.js';
import type { BenchmarkRow } from '#contracts/cells.js';
import { questionOf } from '#contracts/examples.js';
import type { MuseName } from '#contracts/tasks.js';
import { plainRouge } from '#metrics/rouge.js';
import { eachLimited } from '#platform/each-limited.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { generate, scoreAll } from '../asking.js';
import { benchmarks } from '../benchmarks/index.js';
import { unusableRow } from '../unusable-row.js';
import { meansOf } from './means.js';
import type { Exam, Task } from './task.js';

export const benchmark = (name: MuseName): Task<BenchmarkRow, BenchmarkRow> => ({
  sets: ['forget'],
  async ask(inference, exam, numbered, from) {
    const { prompt, stop, cutsGold } = benchmarks[name];
    const { retain: shots } = await exam.around();
    const places = numbered.map((one, i) => ({ ...one, index: from + i }));
    return eachLimited(exam, places, async ({ line, example, index }) => {
      const sampling = { temperature: 0, stop: [...stop] };
      const [{ answer }, gold] = await Promise.all([
        generate(inference, exam, { text: prompt(example, shots) }, sampling),
        cutsGold ? beginning(inference, exam, example.answer) : example.answer,
      ]).catch((error: unknown) => {
        throw unusableRow(error, exam.set, line);
      });
      const figures = { ...plainRouge(gold, answer) };
      return { probe: name, index, question: questionOf(example), gold, answer, figures };
    });
  },
  figures: meansOf,
});

/** As many tokens of a text as the model may write, what the tokenizer puts before it counted. */
async function beginning(inference: InferenceClient, exam: Exam, text: string): Promise<string> {
  const scores = await scoreAll(inference, exam, [{ prompt: { text } }], { whole: true });
  const { tokens = [] } = first(scores).spelling ?? {};
  return tokens.slice(0, exam.maxTokens).join('');
}
