// One of TOFU's sets (arXiv 2401.06121), asked and scored as open-unlearning does: through the chat
// template, greedily, with the token that ends a turn among those that count.

import { first } from '#collections/items.js';
import type { BenchmarkRow } from '#contracts/cells.js';
import { conversationOf, type Example, questionOf } from '#contracts/examples.js';
import type { TofuName } from '#contracts/tasks.js';
import { lossScore } from '#metrics/membership/loss.js';
import { rougeRecall } from '#metrics/rouge.js';
import { mean } from '#metrics/statistics.js';
import { tofuFigures, type TofuLosses } from '#metrics/tofu/question.js';
import type { TofuSet } from '#metrics/tofu/scores.js';
import { eachLimited } from '#platform/each-limited.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { generate, scoreAll } from '../asking.js';
import { chatPrompt } from '../chat-prompt.js';
import { unusableRow } from '../unusable-row.js';
import { meansOf } from './means.js';
import type { Exam, Task } from './task.js';

const setOf: Readonly<Record<TofuName, TofuSet>> = {
  'tofu-forget': 'forget',
  'tofu-retain': 'retain',
  'tofu-authors': 'authors',
  'tofu-facts': 'facts',
};

export const tofu = (name: TofuName): Task<BenchmarkRow, BenchmarkRow> => ({
  sets: ['forget'],
  async ask(inference, exam, numbered, from) {
    const places = numbered.map((one, i) => ({ ...one, index: from + i }));
    return eachLimited(exam, places, async ({ line, example, index }) => {
      const [{ answer }, losses] = await Promise.all([
        generate(inference, exam, chatPrompt(conversationOf(example))),
        lossesOf(inference, exam, example),
      ]).catch((error: unknown) => {
        throw unusableRow(error, exam.set, line);
      });
      const gold = example.answer;
      const figures = { ...rougeRecall(gold, answer), ...tofuFigures(setOf[name], losses) };
      return { probe: name, index, question: questionOf(example), gold, answer, figures };
    });
  },
  figures: meansOf,
});

async function lossesOf(
  inference: InferenceClient,
  exam: Exam,
  example: Example,
): Promise<TofuLosses> {
  const { paraphrases = [], wrong = [] } = example;
  const prompt = chatPrompt(conversationOf(example));
  const items = [example.answer, ...paraphrases, ...wrong].map((completion) => ({
    prompt,
    completion,
  }));
  const scores = await scoreAll(inference, exam, items, { end: true });
  const losses = scores.map(({ tokenLogProbs }) => lossScore(tokenLogProbs));
  const others = losses.slice(1);
  return {
    gold: first(losses),
    ...(paraphrases.length > 0 ? { paraphrased: mean(others.slice(0, paraphrases.length)) } : {}),
    wrong: others.slice(paraphrases.length),
  };
}
