// Puts one question to a model and scores its answer.
import type { ReportRow } from '#contracts/artifacts.js';
import type { QaRow } from '#contracts/dataset.js';
import type { ModelRef } from '#contracts/jobs.js';
import { brunet, honore, perplexity } from '#metrics/fluency.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import type { Judge } from '#metrics/judge.js';
import { rougeRecall } from '#metrics/rouge.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';

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

const chat = (question: string) => ({ chat: { messages: [{ role: 'user', content: question }] } });

/**
 * Greedy answer, its fluency under the base model, and the gold answer's likelihood under the
 * judged one.
 * @param index of the row in its data set.
 * @throws RpcError where inference fails, or what the judge throws.
 */
export async function examine(
  inference: InferenceClient,
  exam: Exam,
  row: QaRow,
  index: number,
): Promise<ReportRow> {
  const { question, answer: gold } = row;
  const answer = await generate(inference, exam, question);
  const [underBase, ofGold, judged] = await Promise.all([
    answer === '' ? undefined : score(inference, exam, { base: exam.model.base }, question, answer),
    score(inference, exam, exam.model, question, gold),
    judgeAnswer(exam.judge, { set: exam.set, question, gold, answer }),
  ]);
  return {
    set: exam.set,
    index,
    question,
    gold,
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
  question: string,
): Promise<string> {
  const request = {
    tenant,
    model,
    prompt: chat(question),
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
  question: string,
  completion: string,
) {
  const { scores } = await inference.score(
    { tenant, model, items: [{ prompt: chat(question), completion }] },
    { signal, timeoutMs },
  );
  const { sum, tokenLogProbs } = scores[0]!;
  return { sum, tokens: tokenLogProbs.length };
}
