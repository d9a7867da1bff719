// One question to a model that answers from a knowledge base, and to models that answer without it.

import { zip } from '#collections/zip.js';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Grounding__Output } from '#contracts/generated/lethe/inference/v1/Grounding.js';
import { type GroundingSettings, groundingStatuses, toKnowledge } from '#contracts/grounding.js';
import type { ModelRef } from '#contracts/jobs.js';
import type { KnowledgeQuestion } from '#contracts/knowledge-questions.js';
import type { KnowledgeRow } from '#contracts/knowledge-report.js';
import type { Artifact } from '#contracts/spaces.js';
import type { Judge } from '#metrics/judge.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Thread } from '#thread/thread.js';
import { type Asking, generate } from '../asking.js';
import { chatPrompt } from '../chat-prompt.js';
import type { BaseProtocol } from './base-protocol.js';
import { overWeights } from './over-weights.js';

export interface KnowledgeAsking extends Asking {
  readonly knowledge: Artifact;
  readonly base: Thread<BaseProtocol>;
  readonly untuned?: ModelRef | undefined;
  /** Rates the answers. */
  readonly judge?: Judge | undefined;
}

/** Of which recall is told. */
const CANDIDATES = 20;

/** @param settings which differ in the retriever's weight alone, from the least up. @returns a row of each. */
export async function askQuestion(
  inference: InferenceClient,
  asking: KnowledgeAsking,
  asked: KnowledgeQuestion & { readonly index: number },
  settings: readonly GroundingSettings[],
): Promise<KnowledgeRow[]> {
  const { base, signal } = asking;
  const count = settings[0]?.candidates ?? CANDIDATES;
  const hidden = asked.hidden === undefined ? [] : [asked.hidden];
  const sought = { question: asked.question, count, hidden };
  const candidates = await base.call('candidates', sought, { signal });
  const askWith = async (one: GroundingSettings): Promise<KnowledgeRow> => {
    const answer = await groundedAnswer(inference, asking, asked, one);
    const read = await base.call('read', { asked, answer }, { signal });
    const { attribute, ...question } = asked;
    const ratings = await asking.judge?.assess?.({
      ...asked,
      gold: read.gold,
      answer: answer.text,
    });
    return {
      ...question,
      attributes: attribute === undefined ? [] : [attribute],
      settings: one,
      ...factsOf(answer),
      candidates,
      ...read,
      ...(ratings === undefined ? {} : { ratings }),
    };
  };
  const rows = await overWeights(settings, askWith);
  const closed = await closedBooks(inference, asking, asked);
  return closed ? rows.map((row) => ({ ...row, closed })) : rows;
}

interface GroundedAnswer extends Pick<KnowledgeRow, 'text' | 'status' | 'mass' | 'margin'> {
  readonly guarded: boolean;
  readonly link: KnowledgeRow['link'];
  readonly values: readonly string[];
  readonly start: number;
  readonly end: number;
}

const factsOf = ({ link, status, mass, margin, guarded, text }: GroundedAnswer) => ({
  status,
  isGrounded: status === 'grounded',
  ...(link ? { link } : {}),
  mass,
  margin,
  guarded,
  text,
});

async function groundedAnswer(
  inference: InferenceClient,
  { tenant, model, knowledge, maxTokens, signal, timeoutMs }: KnowledgeAsking,
  { question, hidden, split }: KnowledgeQuestion,
  settings: GroundingSettings,
): Promise<GroundedAnswer> {
  const request = {
    model,
    prompt: chatPrompt([{ role: 'user', content: question }]),
    sampling: { maxTokens, temperature: 0 },
    knowledge: {
      ...toKnowledge(knowledge, settings),
      hiddenNames: hidden === undefined ? [] : [hidden],
      // The retriever knows all wordings, those that were held back from tuning too.
      hidesWording: split === 'unseen_wording',
    },
    atOnce: true,
  };
  return wholeGrounded(inference.generate(tenant, request, { signal, timeoutMs }));
}

async function wholeGrounded(
  chunks: AsyncIterable<GenerateChunk__Output>,
): Promise<GroundedAnswer> {
  let text = '';
  let grounding: Grounding__Output | null = null;
  for await (const chunk of chunks) {
    text += chunk.text;
    grounding = chunk.grounding ?? grounding;
  }
  const status = groundingStatuses.find((one) => one === grounding?.status);
  if (!grounding || !status) throw new Error('inference gave an answer without a grounding');
  const { entityId: entity, attribute, mass, margin, guarded, values, start, end } = grounding;
  const link = entity === '' ? undefined : { entity, attribute };
  return { text, status, link, mass, margin, guarded, values, start, end };
}

/** Of what tuning has seen alone: there it would show. */
async function closedBooks(
  inference: InferenceClient,
  asking: KnowledgeAsking,
  { split, question }: KnowledgeQuestion,
): Promise<KnowledgeRow['closed']> {
  const { untuned, base, signal } = asking;
  if (!untuned || split !== 'seen') return undefined;
  const prompt = chatPrompt([{ role: 'user', content: question }]);
  const models = [untuned, asking.model];
  const answers = await Promise.all(
    models.map((model) => generate(inference, { ...asking, model }, prompt)),
  );
  const said = await Promise.all(
    answers.map(({ answer: text }) => base.call('said', { text }, { signal })),
  );
  const [before, after] = zip(answers, said).map(([{ answer: text }, values]) => ({
    text,
    said: values,
  }));
  return before && after && { before, after };
}
