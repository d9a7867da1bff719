// One answer from a knowledge base, from its link on.

import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Grounding } from '#contracts/generated/lethe/inference/v1/Grounding.js';
import type { KnowledgeCandidate } from '#contracts/generated/lethe/inference/v1/KnowledgeCandidate.js';
import type { Link } from '#generation/linking/link.js';
import type { Chunk } from '#generation/running/chunk.js';
import type { Thread } from '#thread/thread.js';
import type { AnswerClock } from '../answer-clock.js';
import { decodingOf, stopOf } from '../answer.js';
import type { BaseProtocol, FoundTexts, NamedEntity, Outcome } from './base-protocol.js';
import { GuardedText } from './guarded-text.js';
import type { KnowledgeAsked } from './knowledge-asked.js';
import type { Offer, OfferedLink } from './offered-links.js';

interface Around {
  readonly thread: Thread<BaseProtocol>;
  readonly knowledge: KnowledgeAsked;
  readonly found: FoundTexts;
  readonly offer: Offer;
  readonly promptTokens: number;
  readonly clock: AnswerClock;
  readonly signal: AbortSignal;
}

/** How an answer ended: by the model, or by what the base says in its place. */
interface Ending {
  /** What was not told yet, and all of it. */
  readonly text: string;
  readonly whole: string;
  readonly last?: Chunk;
  readonly isGuarded?: boolean;
}

/** A margin beyond it says no more: that of a link without a rival is infinite. */
const MOST_MARGIN = 100;

/** @param chunks of the engine, of which one has the link. It is left as soon as the answer is whole. */
export async function* linkedAnswer(
  chunks: AsyncGenerator<Chunk, void, void>,
  around: Around,
): AsyncGenerator<GenerateChunk, void, void> {
  try {
    const { chunk, link } = await untilLink(chunks);
    const outcome = await outcomeOf(link, around);
    const answer = new LinkedAnswer(link, outcome, around);
    const isWorded = outcome.status === 'grounded' && link.read > 0;
    if (isWorded) yield* answer.worded(chunks);
    else yield await answer.ended({ text: outcome.text, whole: outcome.text, last: chunk });
  } finally {
    await chunks.return();
  }
}

async function untilLink(chunks: AsyncIterator<Chunk>): Promise<{ chunk: Chunk; link: Link }> {
  for (;;) {
    const { value: chunk, done } = await chunks.next();
    if (done) throw new Error('the generation ended without a link');
    if (chunk.link) return { chunk, link: chunk.link };
  }
}

/**
 * What is less likely than asked for, or hardly likelier than that nothing is meant, means nothing; what
 * is hardly likelier than another's link, both. What the question names itself is answered all the same.
 */
function outcomeOf(link: Link, { thread, knowledge, offer, signal }: Around): Promise<Outcome> {
  const { question, hiddenNames, minMass, margin } = knowledge;
  const named = offer.links[link.path];
  const [close] = link.margin < margin ? link.beside : [];
  const rival = close && offer.links[close.path];
  const isSure = massOf(link) >= minMass && !(close && !rival);
  const asked = {
    question,
    hiddenNames,
    link: namesOf(named),
    rival: namesOf(rival),
    isSure,
    most: link.read > 0 && named ? named.row.values : Infinity,
  };
  return thread.call('outcome', asked, { signal });
}

const namesOf = (link: OfferedLink | undefined) =>
  link && { name: link.name, attribute: link.attribute };

const massOf = ({ mass, tokens }: Link): number => mass / tokens;

class LinkedAnswer {
  private completionTokens: number;

  constructor(
    private readonly link: Link,
    private readonly outcome: Outcome,
    private readonly around: Around,
  ) {
    this.completionTokens = link.tokens;
  }

  /** The model's own words, or the row in the place of those that are not from it. */
  async *worded(chunks: AsyncIterable<Chunk>): AsyncGenerator<GenerateChunk, void, void> {
    const guarded = new GuardedText((text, isWhole) => this.isFounded(text, isWhole));
    let isBegun = false;
    for await (const chunk of chunks) {
      this.completionTokens += chunk.tokenIds.length;
      const isLast = chunk.finishReason !== undefined;
      const text = await guarded.add(chunk.text, isLast);
      if (text === undefined) {
        const row = guarded.instead(this.outcome.text);
        yield await this.ended({ text: row, whole: guarded.whole, last: chunk, isGuarded: true });
        return;
      }
      if (isLast) yield await this.ended({ text, whole: guarded.whole, last: chunk });
      else if (text !== '') {
        yield { text, ...(isBegun ? {} : { grounding: this.grounding() }) };
        isBegun = true;
      }
    }
  }

  /** The last chunk. */
  async ended({ text, whole, last, isGuarded = false }: Ending): Promise<GenerateChunk> {
    const { thread, clock, promptTokens, signal } = this.around;
    const { status, values } = this.outcome;
    clock.stop();
    const span =
      status === 'grounded' ? await thread.call('spanOf', { text: whole, values }, { signal }) : {};
    const isModels = last?.finishReason !== undefined && !isGuarded && whole !== this.outcome.text;
    return {
      text,
      finishReason: isModels ? last.finishReason : 'stop',
      ...(isModels ? stopOf(last) : {}),
      ...(last ? decodingOf(last) : {}),
      usage: {
        promptTokens: promptTokens + this.link.read,
        completionTokens: this.completionTokens,
        cachedTokens: last?.cachedTokens ?? 0,
      },
      grounding: { ...this.grounding(), guarded: isGuarded, ...span },
    };
  }

  private isFounded(text: string, isWhole: boolean): Promise<boolean> {
    const { thread, knowledge, signal } = this.around;
    const { entity, attribute = '' } = this.outcome;
    const row = { question: knowledge.question, entityId: entity?.id ?? '', attribute };
    return thread.call('isFounded', { ...row, text, isWhole }, { signal });
  }

  private grounding(): Grounding {
    const { offer, found } = this.around;
    const { status, values, valuesLeftOut } = this.outcome;
    const named = offer.links[this.link.path];
    // A name may be another's, too: what it was found to mean goes before whose path was offered.
    const entity = this.outcome.entity ?? found.candidates.find(({ id }) => id === named?.entityId);
    return {
      status,
      entityId: entity?.id ?? '',
      entity: entity?.name ?? '',
      attribute: named?.attribute ?? '',
      mass: massOf(this.link),
      margin: Math.min(this.link.margin, MOST_MARGIN),
      values: [...values],
      valuesLeftOut,
      candidates: this.candidates(),
    };
  }

  private candidates(): KnowledgeCandidate[] {
    const { candidates } = this.around.found;
    const { meant } = this.outcome;
    const told: readonly NamedEntity[] = meant.length > 0 ? meant : candidates;
    return told.map(({ id, name, type }) => {
      const { score = 0 } = candidates.find((one) => one.id === id) ?? {};
      return { entityId: id, name, type, score };
    });
  }
}
