// The calls of lethe.inference.v1.

import { first } from '#collections/items.js';
import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { CountTokensRequest__Output } from '#contracts/generated/lethe/inference/v1/CountTokensRequest.js';
import type { CountTokensResponse } from '#contracts/generated/lethe/inference/v1/CountTokensResponse.js';
import type { EmbedRequest__Output } from '#contracts/generated/lethe/inference/v1/EmbedRequest.js';
import type { EmbedResponse } from '#contracts/generated/lethe/inference/v1/EmbedResponse.js';
import type { ForgetRequest__Output } from '#contracts/generated/lethe/inference/v1/ForgetRequest.js';
import type { ForgetResponse } from '#contracts/generated/lethe/inference/v1/ForgetResponse.js';
import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest__Output } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { ListModelsResponse } from '#contracts/generated/lethe/inference/v1/ListModelsResponse.js';
import type { ModelRef__Output } from '#contracts/generated/lethe/inference/v1/ModelRef.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { Sampling__Output } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ScoreResponse } from '#contracts/generated/lethe/inference/v1/ScoreResponse.js';
import type { TokenizeRequest__Output } from '#contracts/generated/lethe/inference/v1/TokenizeRequest.js';
import type { TokenizeResponse } from '#contracts/generated/lethe/inference/v1/TokenizeResponse.js';
import type { Chunk } from '#generation/running/chunk.js';
import type { InferenceHandlers } from '#platform/grpc/inference-server.js';
import type { CallContext } from '#platform/grpc/serve-call.js';
import type { Admission } from './admission.js';
import { AnswerClock } from './answer-clock.js';
import type { AnswerMetrics } from './answer-metrics.js';
import { answerOf, untold } from './answer.js';
import { rowsOf } from './beams.js';
import { twinOf } from './decoding.js';
import { embedPrompts } from './embed-prompts.js';
import { imagesIn } from './images/images-in.js';
import type { Images } from './images/images.js';
import type { GroundedAnswers } from './knowledge/grounded-answers.js';
import { knowledgeOf } from './knowledge/knowledge-asked.js';
import type { ModelCatalog } from './model-catalog.js';
import type { ModelName, Models, ReadyModel } from './models.js';
import { modelOf, resumeOf, sourceOf } from './requests.js';
import { samplingOf } from './sampling.js';
import { scoreCompletions } from './score-completions.js';
import { scorePatched } from './score-patched.js';
import { scoreTexts } from './score-texts.js';
import { searched } from './searched.js';
import { isSweep, sweepCompletions } from './sweep-completions.js';
import { toRpcError } from './to-rpc-error.js';
import type { PromptItem } from './tokens/token-protocol.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';
import { finderOf, withToolCalls } from './tools/tool-answer.js';

export class Handlers implements InferenceHandlers {
  constructor(
    private readonly models: Models,
    private readonly catalog: ModelCatalog,
    private readonly admission: Admission,
    private readonly tokens: Tokens,
    private readonly grounded: GroundedAnswers,
    private readonly images: Images,
    private readonly metrics: AnswerMetrics,
    private readonly maxBatch: number,
  ) {}

  async *generate(
    request: GenerateRequest__Output,
    call: CallContext,
  ): AsyncGenerator<GenerateChunk, void, void> {
    const clock = await this.clockOf(request);
    try {
      const { model, release } = await this.enter(request.model, call, request.sampling);
      clock.enter();
      try {
        const caller = { owner: call.tenant, signal: whileBoth(call.signal, model) };
        yield* this.complete(model, request, caller, clock, call.taken);
      } finally {
        release();
      }
    } catch (error) {
      throw toRpcError(error);
    } finally {
      clock.leave(call.signal);
    }
  }

  private async clockOf({ model, resume }: GenerateRequest__Output): Promise<AnswerClock> {
    try {
      const { base } = modelOf(model);
      await this.models.check(base);
      return new AnswerClock(this.metrics.series, { model: base, resumed: resume.length });
    } catch (error) {
      throw toRpcError(error);
    }
  }

  async score(request: ScoreRequest__Output, call: CallContext): Promise<ScoreResponse> {
    return this.withModel(request.model, call, async (model, caller) => {
      if (isSweep(request)) {
        const { tokens, images } = this;
        return { scores: await sweepCompletions(tokens, model, request, caller, images) };
      }
      const source = sourceOf(request);
      if (source) return { scores: await this.patch(model, source, request, caller) };
      const scores = request.whole
        ? await scoreTexts(this.tokens, model, request, caller)
        : await scoreCompletions(this.tokens, model, request, caller, this.images);
      return { scores };
    });
  }

  async embed(request: EmbedRequest__Output, call: CallContext): Promise<EmbedResponse> {
    return this.withModel(request.model, call, async (model, caller) => ({
      embeddings: await embedPrompts(this.tokens, model, request, caller),
    }));
  }

  async countTokens(
    { base, prompts }: CountTokensRequest__Output,
    { tenant, signal }: CallContext,
  ): Promise<CountTokensResponse> {
    const caller = { owner: tenant, signal };
    return this.admitted(tenant, async () => {
      const items = await this.itemsOf(base, prompts, caller);
      return { prompts: await this.tokens.count(base, items, caller) };
    });
  }

  async tokenize(
    request: TokenizeRequest__Output,
    { tenant, signal }: CallContext,
  ): Promise<TokenizeResponse> {
    const caller = { owner: tenant, signal };
    return this.admitted(tenant, async () => {
      const items = await this.itemsOf(request.base, request.prompts, caller);
      return this.tokens.tokenize(request, items, caller);
    });
  }

  /** How many tokens a picture takes is known once it has been looked at: for that alone a model is loaded. */
  private async itemsOf(
    base: string,
    prompts: readonly Prompt__Output[],
    caller: CallerOptions,
  ): Promise<PromptItem[]> {
    if (prompts.every((prompt) => imagesIn(prompt).length === 0))
      return prompts.map((prompt) => ({ prompt }));
    const model = await this.models.acquire(caller.owner, { base, adapter: null }, caller.signal);
    try {
      const seen: PromptItem[] = [];
      for (const prompt of prompts) seen.push(await this.images.see(model, prompt, caller));
      return seen;
    } finally {
      model.release();
    }
  }

  private async withModel<R>(
    name: ModelRef__Output | null,
    call: CallContext,
    work: (model: ReadyModel, caller: CallerOptions) => Promise<R>,
  ): Promise<R> {
    const { model, release } = await this.enter(name, call);
    try {
      return await work(model, { owner: call.tenant, signal: whileBoth(call.signal, model) });
    } catch (error) {
      throw toRpcError(error);
    } finally {
      release();
    }
  }

  private async admitted<R>(tenant: string, work: () => Promise<R>): Promise<R> {
    let leave: (() => void) | undefined;
    try {
      leave = this.admission.enter(tenant);
      return await work();
    } catch (error) {
      throw toRpcError(error);
    } finally {
      leave?.();
    }
  }

  async forget(_request: ForgetRequest__Output, { tenant }: CallContext): Promise<ForgetResponse> {
    await Promise.all([this.models.forget(tenant), this.grounded.forget(tenant)]);
    return {};
  }

  async listModels(): Promise<ListModelsResponse> {
    return { models: await this.catalog.list() };
  }

  private async enter(
    name: ModelRef__Output | null,
    { tenant, signal }: CallContext,
    sampling: Sampling__Output | null = null,
  ): Promise<{ model: ReadyModel; release: () => void }> {
    let leave: (() => void) | undefined;
    try {
      const named = modelOf(name);
      leave = this.admission.enter(tenant, sampling ? rowsOf(sampling, this.maxBatch) : 1);
      const model = await this.models.acquire(tenant, named, signal);
      return {
        model,
        release: () => {
          model.release();
          leave?.();
        },
      };
    } catch (error) {
      leave?.();
      throw toRpcError(error);
    }
  }

  private async patch(
    model: ReadyModel,
    named: ModelName,
    request: ScoreRequest__Output,
    { owner, signal }: CallerOptions,
  ): Promise<CompletionScore[]> {
    const source = await this.models.acquireBeside(model, owner, named, signal);
    try {
      const caller = { owner, signal: whileBoth(signal, source) };
      return await scorePatched(this.tokens, model, source, request, caller);
    } finally {
      source.release();
    }
  }

  private async *complete(
    model: ReadyModel,
    request: GenerateRequest__Output,
    caller: CallerOptions,
    clock: AnswerClock,
    taken?: () => void,
  ): AsyncGenerator<GenerateChunk, void, void> {
    const { base, engine, adapter, decoding } = model;
    const { maxContext } = engine;
    const knowledge = knowledgeOf(request);
    const words = request.sampling?.badWords ?? [];
    const badWords = words.length > 0 ? await this.tokens.words(base, words, caller) : [];
    const sampling = { ...samplingOf(request.sampling, engine, decoding), badWords };
    if (knowledge) {
      const call = { model, request, sampling, knowledge, clock, caller };
      yield* this.grounded.answer(call);
      return;
    }
    const without = twinOf(request);
    const seen = await this.images.see(model, request.prompt, caller);
    if (seen.shown) taken?.();
    const texts = [
      { prompt: seen.prompt, completion: '', shown: seen.shown },
      ...(without ? [{ prompt: without, completion: '' }] : []),
    ];
    const encoded = await this.tokens.encode(base, texts, { ...caller, maxContext });
    const { prompt } = first(encoded);
    const { ids, lead, continues } = prompt;
    const toolUse = request.prompt?.chat?.toolUse ?? null;
    const held =
      request.form || toolUse
        ? await this.tokens.form(base, { form: request.form, toolUse, lead, continues }, caller)
        : {};
    const onFirst = (): void => clock.begin(ids.length);
    const asked = {
      ...sampling,
      form: held.form,
      ...(held.spellsSpecial ? { spellsSpecial: true } : {}),
      logProbs: request.logProbs,
      prompt: ids,
      ...seen.images,
      twin: without && encoded[1]?.prompt.ids,
      continues,
      atOnce: request.atOnce || sampling.beams !== undefined,
      resume: resumeOf(request, engine),
      adapter,
      onFirst,
      ...caller,
    };
    const chunks = clock.over(engine.generate(asked), caller.signal);
    const tell = (answer: AsyncIterable<Chunk>): AsyncGenerator<GenerateChunk, void, void> => {
      const told = answerOf(answer, { ...request, prompt: ids, lead });
      return held.family && toolUse ? withToolCalls(told, finderOf(held.family, toolUse)) : told;
    };
    if (sampling.beams) yield* searched(chunks, tell);
    else yield* untold(tell(chunks), request);
  }
}

/** As long as the caller waits and the adapter may answer. */
const whileBoth = (caller: AbortSignal, { signal }: ReadyModel): AbortSignal =>
  signal ? AbortSignal.any([caller, signal]) : caller;
