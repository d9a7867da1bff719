// Answers a completion: gRPC streams in, one for each answer, one JSON object or one event stream
// out.

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { setMaxListeners } from 'node:events';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { bringsPictures, SharedPictures } from '#platform/grpc/shared-pictures.js';
import { ENV, type Env } from '../env.js';
import { sendEvents } from '../http/event-stream.js';
import { hangUpSignal } from '../http/hang-up.js';
import { ModelsService } from '../models/models.service.js';
import { Rates } from '../quotas/rates.js';
import type { Scope } from '../tenants/scope.js';
import { choicesOf } from './choices.js';
import { EchoService } from './echo.service.js';
import { callEstimate } from './estimates.js';
import { interleaved } from './interleaved.js';
import { atOneVersion } from './knowledge/at-one-version.js';
import { type Grounds, groundsOf, knowledgeOf } from './knowledge/grounds.js';
import { onlyGrounded } from './knowledge/only-grounded.js';
import { NOTHING_MORE, pieceOf, type Told } from './piece.js';
import type { ReadPrompt } from './read-prompt.js';
import { refusalOf } from './refusal.js';
import { Spent } from './spent.js';
import { TokenCount } from './token-count.js';
import { answersOf, type Call, callsOf, decodedBy, type Under, type Wanted } from './wanted.js';

/** Answers of one request that are made at once: the others wait. */
const AT_ONCE = 16;

@Injectable()
export class GenerationService {
  constructor(
    private readonly inference: InferenceClient,
    private readonly models: ModelsService,
    private readonly echoes: EchoService,
    private readonly rates: Rates,
    private readonly count: TokenCount,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Ends the calls to inference as soon as the client hangs up. */
  async answer(scope: Scope, asked: Wanted, reply: FastifyReply): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([hangUpSignal(reply), ended.signal]);
    setMaxListeners(2 * AT_ONCE, signal);
    const { model, own, decoding } = await this.models.resolveToAsk(scope, asked.model);
    const wanted = decodedBy(asked, decoding);
    const grounds = wanted.continues ? await groundsOf(scope, wanted, own) : undefined;
    const calls = callsOf(wanted);
    const estimate = calls.reduce(
      (sum, { prompt, sampling }) => sum + callEstimate(prompt, sampling.maxTokens ?? 0),
      0,
    );
    const reservation = await this.rates.takeTokens(scope, estimate, reply);
    const spent = new Spent(
      calls.map(({ prompt }) => prompt),
      asked.sampling.ownDecoding,
    );
    const under = { scope, model, wanted, signal, own, grounds };
    const pieces = this.pieces(calls, under, spent, async () => {
      ended.abort();
      await this.count.settle(scope.tenant.id, reservation, spent.usage);
    });
    if (!wanted.stream) {
      const choices = await choicesOf(pieces, wanted);
      return void (await reply.send(wanted.writer.whole(choices, spent.usage)));
    }
    // A refusal has a status of its own only while no header is sent: the first piece decides.
    const first = await pieces.next();
    await sendEvents(reply, wanted.writer.events(preceded(first, pieces), spent));
  }

  /** Of all answers, as they come. @param done called when they are over, however that is. */
  private async *pieces(
    calls: readonly Call[],
    under: Under,
    spent: Spent,
    done: () => Promise<void>,
  ): AsyncGenerator<Told, void, undefined> {
    const { continues, made, form, promptField, imageFields, model, stream } = under.wanted;
    try {
      const read = await this.echoes.of(under);
      const promptOf = (call: number): ReadPrompt | undefined => read[Math.floor(call / made)];
      if (!continues) return void (yield* repeated(calls, promptOf, spent));
      const tell = (grounds?: Grounds): AsyncIterable<Told> =>
        this.told(calls, { ...under, grounds }, spent, promptOf);
      const newest = () => groundsOf(under.scope, under.wanted, under.own);
      yield* under.grounds ? atOneVersion(under.grounds, { stream, tell, newest }) : tell();
    } catch (error) {
      throw refusalOf(error, {
        prompt: promptField,
        form: form?.field,
        images: { model, fields: imageFields },
      });
    } finally {
      await done();
    }
  }

  private async *told(
    calls: readonly Call[],
    under: Under,
    spent: Spent,
    promptOf: (choice: number) => ReadPrompt | undefined,
  ): AsyncGenerator<Told, void, undefined> {
    const { wanted, grounds } = under;
    const telling = { hasIds: wanted.hasIds, base: grounds?.base };
    const shared = calls.length > 1 && calls.some(({ prompt }) => bringsPictures(prompt));
    const pictures = shared ? new SharedPictures() : undefined;
    const sources = calls.map((call) => this.call(call, under, pictures));
    for await (const [call, chunk] of interleaved(sources, AT_ONCE)) {
      spent.add(call, chunk);
      for (const [i, answer] of [chunk, ...chunk.beside].entries()) {
        const choice = call * answersOf(wanted) + i;
        yield { call: choice, piece: pieceOf(answer, telling), prompt: promptOf(choice) };
      }
    }
  }

  private call(
    { prompt, sampling }: Call,
    { scope, model, wanted, signal, grounds }: Under,
    pictures: SharedPictures | undefined,
  ): AsyncIterable<GenerateChunk__Output> {
    const { logProbs, hasIds: tokenIds, made, given, stays } = wanted;
    // By their likelihoods the best of several answers are found.
    const told = logProbs ?? (made > given ? 0 : undefined);
    const form = wanted.form?.form ?? null;
    const chunks = this.inference.generate(
      scope.tenant.id,
      {
        model,
        prompt,
        sampling,
        form,
        tokenIds,
        ...(told === undefined ? {} : { logProbs: told }),
        ...(grounds ? { knowledge: knowledgeOf(grounds) } : {}),
      },
      { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS, stays, pictures },
    );
    return grounds ? onlyGrounded(chunks) : chunks;
  }
}

/** @param first what has come of `rest` already. */
async function* preceded<T>(
  first: IteratorResult<T, void>,
  rest: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** Prompts that are repeated and not continued. */
function* repeated(
  calls: readonly Call[],
  promptOf: (call: number) => ReadPrompt | undefined,
  spent: Spent,
): Generator<Told> {
  for (const call of calls.keys()) {
    const prompt = promptOf(call);
    spent.set(call, { prompt: prompt?.echo?.tokens ?? 0, completion: 0 });
    yield { call, piece: NOTHING_MORE, prompt };
  }
}
