// Puts questions to a model and scores its answers.

import { zip } from '#collections/zip.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { conversationOf, type Example, saidBefore } from '#contracts/examples.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { ModelRef } from '#contracts/jobs.js';
import type { ReportAnswer } from '#contracts/layers.js';
import { eachLimited } from '#platform/each-limited.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Said } from '#platform/grpc/whole-answer.js';
import { askedOf } from './asked.js';
import { generate, scoreAll } from './asking.js';
import { chatPrompt } from './chat-prompt.js';
import type { Likelihood, SetName } from './metrics/metric.js';
import type { Exam } from './tasks/task.js';
import { unusableRow } from './unusable-row.js';

/**
 * Greedy answers, their fluency under the base model, and the gold answers' likelihood under the
 * judged one; of answers too long for the context, their beginnings'. After a failure no further
 * question is asked.
 * @param from index of the first example in its data set.
 * @throws UnusableSetError naming the line of a row that the model cannot be asked, RpcError where
 * inference fails.
 */
export async function askAndScore(
  inference: InferenceClient,
  exam: Exam<SetName>,
  numbered: readonly NumberedExample[],
  from: number,
): Promise<ReportAnswer[]> {
  const { set, model } = exam;
  const asked = await askAll(inference, exam, numbered);
  const examples = numbered.map(({ example }) => example);
  const [ofAnswers, ofGolds] = await Promise.all([
    score(
      inference,
      exam,
      { base: model.base },
      asked.map(({ example, answer }) => ({ ...example, answer })),
    ),
    score(inference, exam, model, examples),
  ]);
  const rows = [...zip(asked, ofAnswers, ofGolds).entries()];
  return eachLimited(exam, rows, async ([i, [{ example, answer, finish }, underBase, ofGold]]) => {
    const answered = { set, index: from + i, ...askedOf(example), answer };
    const figures = await exam.measure({ ...answered, finish, underBase, ofGold });
    const said = saidBefore(example);
    return { ...answered, ...figures, ...(said === answered.question ? {} : { said }) };
  });
}

const promptOf = (example: Example): Prompt => chatPrompt(conversationOf(example));

interface Answered extends Said {
  readonly example: Example;
}

const askAll = (
  inference: InferenceClient,
  exam: Exam<SetName>,
  numbered: readonly NumberedExample[],
): Promise<Answered[]> =>
  eachLimited(exam, numbered, async ({ line, example }) => ({
    example,
    ...(await generate(inference, exam, promptOf(example)).catch((error: unknown) => {
      throw unusableRow(error, exam.set, line);
    })),
  }));

/** Likelihoods of answers after their conversations, in their order; one of no text has none. */
async function score(
  inference: InferenceClient,
  exam: Exam<SetName>,
  model: ModelRef,
  examples: readonly Example[],
): Promise<Likelihood[]> {
  const likelihoods: Likelihood[] = examples.map(() => ({ sum: 0, tokens: 0 }));
  const asked = [...examples.entries()].filter(([, { answer }]) => answer !== '');
  const items = asked.map(([, example]) => ({
    prompt: promptOf(example),
    completion: example.answer,
  }));
  const scores = await scoreAll(inference, { ...exam, model }, items);
  for (const [[index], { sum, tokenLogProbs }] of zip(asked, scores))
    likelihoods[index] = { sum, tokens: tokenLogProbs.length };
  return likelihoods;
}
