// Puts one probe to one model, over a stretch of the forget set.

import { zip } from '#collections/zip.js';
import type { AuditRole, AuditRow, ProbeName } from '#contracts/audit.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { type Example, questionOf, saidBefore } from '#contracts/examples.js';
import type { ScoreItem } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import type { Judge } from '#metrics/judge.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { type Asking, eachLimited, generate, isRefusal, scoreAll } from '../asking.js';
import type { Around, Asked, Attack, Measurement } from './probe.js';
import { probes } from './probes/index.js';

export interface Probing extends Asking {
  readonly role: AuditRole;
  readonly judge: Judge;
  readonly around: Around;
}

/**
 * Answers and figures in the order of the examples, without those that cannot be asked so. What the
 * model does not take, such as a prompt longer than its context, is a row that is not judged.
 * @param from index of the first example in its data set.
 * @throws RpcError where inference fails, or what the judge throws.
 */
export function askProbe(
  inference: InferenceClient,
  probing: Probing,
  name: ProbeName,
  numbered: readonly NumberedExample[],
  from: number,
): Promise<AuditRow[]> {
  const probe = probes[name];
  const examples = numbered.map(({ example }, i) => ({ index: from + i, example }));
  return probe.kind === 'attack'
    ? attack(inference, probing, name, probe, examples)
    : measure(inference, probing, name, probe, examples);
}

interface Placed {
  readonly index: number;
  readonly example: Example;
}

async function attack(
  inference: InferenceClient,
  probing: Probing,
  name: ProbeName,
  probe: Attack,
  examples: readonly Placed[],
): Promise<AuditRow[]> {
  const { role, around } = probing;
  const asked = examples.flatMap(({ index, example }) => {
    const made = probe.ask(example, around);
    return made ? [{ index, example, made }] : [];
  });
  return eachLimited(probing, asked, async ({ index, example, made }) => ({
    probe: name,
    role,
    index,
    question: questionOf(made),
    ...(made.prefix === undefined ? {} : { prefix: made.prefix }),
    gold: made.gold,
    ...(await answered(inference, probing, example, made)),
    figures: {},
  }));
}

async function answered(
  inference: InferenceClient,
  probing: Probing,
  example: Example,
  { messages, prefix, gold }: Asked,
): Promise<Pick<AuditRow, 'answer' | 'leak'>> {
  const prompt = { chat: { messages: [...messages] }, ...(prefix ? { prefix } : {}) };
  const said = await generate(inference, probing, prompt).catch((error: unknown) => {
    if (isRefusal(error)) return undefined;
    throw error;
  });
  if (said === undefined) return { leak: null };
  const { answer, finish } = said;
  // What is given has been said: repeating it tells nothing.
  const question = prefix ? `${saidBefore(example)}\n\n${prefix}` : saidBefore(example);
  const asked = { set: 'forget', question, gold, answer, cut: finish === 'length' } as const;
  const { verdict } = await judgeAnswer(probing.judge, asked);
  return { answer, leak: verdict === null ? null : !verdict };
}

async function measure(
  inference: InferenceClient,
  probing: Probing,
  name: ProbeName,
  probe: Measurement,
  examples: readonly Placed[],
): Promise<AuditRow[]> {
  const { role, around } = probing;
  const items = examples.map(({ example }) => probe.items(example, around));
  const scores = await scoreAll(inference, probing, items.flat());
  let at = 0;
  return zip(examples, items).map(([{ index, example }, own]: [Placed, ScoreItem[]]) => {
    const figures = { ...probe.figures(scores.slice(at, (at += own.length))) };
    return {
      probe: name,
      role,
      index,
      question: questionOf(example),
      gold: example.answer,
      figures,
    };
  });
}
