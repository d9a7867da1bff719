// Puts one question to a model and scores its answer.
import type { ReportRow } from '#contracts/artifacts.js';
import { type Example, saidBefore } from '#contracts/examples.js';
import type { ModelRef } from '#contracts/jobs.js';
import { brunet, honore, perplexity } from '#metrics/fluency.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import type { Judge } from '#metrics/judge.js';
import { rougeRecall } from '#metrics/rouge.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { askedOf, promptOf } from './asked.js';

export interface Exam {
  readonly tenant: string;
  readonly model: ModelRef;
  readonly set: ReportRow['set'];
  readonly judge: Judge;
  readonly maxTokens: number;
  /** Of one call to inference, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

type Prompt = ReturnType<typeof promptOf>;

/**
 * Greedy answer, its fluency under the base model, and the gold answer's likelihood under the
 * judged one.
 * @param index of the example in its data set.
 * @throws RpcError where inference fails, or what the judge throws.
 */
export async function examine(
  inference: InferenceClient,
  exam: Exam,
  example: Example,
  index: number,
): Promise<ReportRow> {
  const prompt = promptOf(example);
  const gold = example.answer;
  const answer = await generate(inference, exam, prompt);
  const [underBase, ofGold, judged] = await Promise.all([
    answer === '' ? undefined : score(inference, exam, { base: exam.model.base }, prompt, answer),
    score(inference, exam, exam.model, prompt, gold),
    judgeAnswer(exam.judge, { set: exam.set, question: saidBefore(example), gold, answer }),
  ]);
  return {
    set: exam.set,
    index,
    ...askedOf(example),
    answer,
    perplexity: (underBase && perplexity(underBase.sum, underBase.tokens)) ?? null,
    goldLogProb: ofGold.sum / Math.max(1, ofGold.tokens),
    ...rougeRecall(gold, answer),
    brunet: brunet(answer),
    honore: honore(answer),
    ...judged,
  };
}

async function generate(
  inference: InferenceClient,
  { tenant, model, maxTokens, signal, timeoutMs }: Exam,
  prompt: Prompt,
): Promise<string> {
  const request = {
    tenant,
    model,
    prompt,
    sampling: { maxTokens, temperature: 0 },
  };
  let text = '';
  for await (const chunk of inference.generate(request, { signal, timeoutMs })) text += chunk.text;
  return text.trim();
}

/** Sum of log-probabilities of a completion, and its number of tokens. */
async function score(
  inference: InferenceClient,
  { tenant, signal, timeoutMs }: Exam,
  model: ModelRef,
  prompt: Prompt,
  completion: string,
) {
  const { scores } = await inference.score(
    { tenant, model, items: [{ prompt, completion }] },
    { signal, timeoutMs },
  );
  const { sum, tokenLogProbs } = scores[0]!;
  return { sum, tokens: tokenLogProbs.length };
}
