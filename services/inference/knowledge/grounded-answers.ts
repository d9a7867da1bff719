// Answers from knowledge bases: the model says which row is meant, the row is looked up, and the model
// words it under a guard.

import { first } from '#collections/items.js';
import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest__Output } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { AnswerClock } from '../answer-clock.js';
import type { ReadyModel } from '../models.js';
import type { Asked } from '../sampling.js';
import type { CallerOptions, Tokens } from '../tokens/tokens.js';
import type { Bases, ReadyBase } from './bases.js';
import type { GroundingMetrics } from './grounding-metrics.js';
import type { KnowledgeAsked } from './knowledge-asked.js';
import { linkedAnswer } from './linked-answer.js';
import { type Offer, offeredLinks } from './offered-links.js';
import { roomOfRows } from './row-limits.js';

/** A call that asks from a base. */
export interface GroundedCall {
  readonly model: ReadyModel;
  readonly request: GenerateRequest__Output;
  readonly sampling: Asked;
  readonly knowledge: KnowledgeAsked;
  readonly clock: AnswerClock;
  readonly caller: CallerOptions;
}

export class GroundedAnswers {
  constructor(
    private readonly bases: Bases,
    private readonly tokens: Tokens,
    private readonly metrics: GroundingMetrics,
  ) {}

  async *answer(call: GroundedCall): AsyncGenerator<GenerateChunk, void, void> {
    const { owner, signal } = call.caller;
    const base = await this.bases.acquire(owner, call.knowledge.base, signal);
    try {
      const caller = { owner, signal: AbortSignal.any([signal, base.signal]) };
      const chunks = this.answerFrom(base, { ...call, caller });
      yield* call.request.atOnce ? asOne(chunks) : chunks;
    } finally {
      base.release();
    }
  }

  private async *answerFrom(
    base: ReadyBase,
    call: GroundedCall,
  ): AsyncGenerator<GenerateChunk, void, void> {
    const { model, sampling, knowledge, clock, caller } = call;
    const { engine, adapter } = model;
    const ids = await this.read(call);
    const { question, hiddenNames, hidesWording, candidates: count } = knowledge;
    const asked = { question, hiddenNames, hidesWording, count };
    const found = await base.thread.call('candidates', asked, caller);
    const offer = await this.offer(base, found, call, ids.length);
    const chunks = engine.generate({
      ...sampling,
      prompt: ids,
      link: { paths: offer.paths },
      // What is said comes after what was read, not after the template's prompt.
      continues: true,
      adapter,
      onFirst: () => clock.begin(ids.length),
      ...caller,
    });
    const { thread } = base;
    const { signal } = caller;
    const promptTokens = ids.length;
    const around = { thread, knowledge, found, offer, promptTokens, clock, signal };
    for await (const chunk of linkedAnswer(clock.over(chunks, signal), around)) {
      if (chunk.finishReason) this.metrics.answered(model.base, chunk.grounding);
      yield chunk;
    }
  }

  /** Drops what is in memory of a tenant's bases. */
  forget(tenant: string): Promise<void> {
    return this.bases.forget(tenant);
  }

  private async read({
    model,
    request: { prompt },
    caller,
  }: GroundedCall): Promise<readonly number[]> {
    const options = { ...caller, maxContext: model.engine.maxContext };
    const items = [{ prompt, completion: '' }];
    return first(await this.tokens.encode(model.base, items, options)).prompt.ids;
  }

  private async offer(
    { tokens }: ReadyBase,
    found: Parameters<typeof offeredLinks>[0],
    { model, knowledge, caller }: GroundedCall,
    promptTokens: number,
  ): Promise<Offer> {
    const { base, engine } = model;
    const room = roomOfRows(engine.maxContext - promptTokens);
    const entities = await tokens.of(`${base} ${room}`, found.candidates, (missing) =>
      this.tokens.links(base, missing, room, caller),
    );
    const noLink = await this.tokens.noLink(base, caller.signal);
    const { hiddenNames, retrieverWeight: weight, attributeWeight, isWorded } = knowledge;
    const options = { hiddenNames, noLink, weight, attributeWeight, isWorded };
    const offer = offeredLinks(found, entities, options);
    this.metrics.offered(base, offer.unsayable);
    return offer;
  }
}

/** The last chunk, with all of the text. */
async function* asOne(
  chunks: AsyncIterable<GenerateChunk>,
): AsyncGenerator<GenerateChunk, void, void> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk.text;
    if (chunk.finishReason) yield { ...chunk, text };
  }
}
