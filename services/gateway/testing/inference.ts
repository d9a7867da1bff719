// An inference server for tests: real gRPC, and a model that repeats what it is told.

import { status } from '@grpc/grpc-js';
import { last } from '#collections/items.js';
import type { Beams__Output } from '#contracts/generated/lethe/inference/v1/Beams.js';
import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { Decoding } from '#contracts/generated/lethe/inference/v1/Decoding.js';
import type { DecodingMeasured } from '#contracts/generated/lethe/inference/v1/DecodingMeasured.js';
import type { Embedding } from '#contracts/generated/lethe/inference/v1/Embedding.js';
import type { Form__Output } from '#contracts/generated/lethe/inference/v1/Form.js';
import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest__Output } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Message__Output } from '#contracts/generated/lethe/inference/v1/Message.js';
import type { ModelRef__Output } from '#contracts/generated/lethe/inference/v1/ModelRef.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { PromptTokens } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import type { ScoreItem__Output } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';
import type { Sweep__Output } from '#contracts/generated/lethe/inference/v1/Sweep.js';
import type { ServedPrecision } from '#contracts/served-precision.js';
import { Failure } from '#failure/failure.js';
import { type RunningServer, startInferenceServer } from '#platform/grpc/inference-server.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import type { CallContext } from '#platform/grpc/serve-call.js';
import { asInference } from '#testing/identities.js';
import { silent } from '#testing/queue.js';
import { groundedAnswer } from './grounded-answer.js';

export const baseModel = 'lethe-tiny';
/** A chat's request of one turn. */
export const ask = (content: string) => ({
  model: baseModel,
  messages: [{ role: 'user' as const, content }],
});
/** Listed, but its files cannot be used. */
export const damagedModel = 'cut';
/** In words. */
export const contextLength = 64;
export const positions = 100;

const modules = [
  'model.embed_tokens',
  'model.layers.*.self_attn.q_proj',
  'model.layers.*.mlp.up_proj',
];

type Asked = GenerateRequest__Output & Pick<CallContext, 'tenant'>;

export interface TestInference extends RunningServer {
  /** Requests as they came, with the tenant that was claimed. */
  readonly requests: Asked[];
  /** Tenants of whom nothing was to be kept, as they came. */
  readonly forgotten: string[];
  /** As it is told from now on. */
  readonly served: {
    precision: ServedPrecision;
    imageTokens: number;
    decoding?: Decoding;
    decodingMeasured?: DecodingMeasured;
  };
  /** What happens before an answer from a knowledge base, and after its beginning. */
  readonly grounding: Partial<Record<'before' | 'midway', () => Promise<void>>>;
  /** Resolves when a client has cancelled an endless answer (prompt "endless"). */
  readonly cancelled: Promise<void>;
}

export async function startTestInference(port = 0): Promise<TestInference> {
  const requests: Asked[] = [];
  const forgotten: string[] = [];
  const served: TestInference['served'] = { precision: 'float32', imageTokens: 0 };
  const grounding: TestInference['grounding'] = {};
  let tellCancelled = (): void => {};
  const cancelled = new Promise<void>((resolve) => {
    tellCancelled = resolve;
  });
  const server = await startInferenceServer({
    host: '127.0.0.1',
    port,
    log: silent,
    ...asInference(),
    handlers: {
      async *generate(request, { signal, tenant }): AsyncGenerator<GenerateChunk> {
        requests.push({ ...request, tenant });
        const words = promptOf(request).split(' ');
        if (request.model?.base !== baseModel)
          throw new RpcError(status.NOT_FOUND, `There is no base model '${request.model?.base}'.`);
        refusePictures(words);
        if (words.length > contextLength)
          throw new RpcError(
            status.OUT_OF_RANGE,
            `The prompt has ${words.length} tokens; the context holds ${contextLength}.`,
          );
        if (words[0] === 'endless') {
          signal.addEventListener('abort', tellCancelled, { once: true });
          while (!signal.aborted) {
            yield { text: 'and ' };
            await new Promise(setImmediate);
          }
          return;
        }
        if (request.knowledge) {
          await grounding.before?.();
          for (const chunk of groundedAnswer(words[0])) {
            yield chunk;
            if (!chunk.finishReason) await grounding.midway?.();
          }
          return;
        }
        refuseForm(request.form);
        if (request.form?.jsonSchema) {
          yield { text: '{"cold":true}', finishReason: 'stop' };
          return;
        }
        if (words[0] === 'call') {
          const toolCalls = [{ id: 'call_1', name: 'weather', arguments: '{"n":1}' }];
          yield { toolCalls, finishReason: 'tool_calls' };
          return;
        }
        if (words[0] === 'dying' && request.resume.length === 0) {
          yield { text: 'so ', tokenIds: [1] };
          throw new RpcError(status.UNAVAILABLE, 'the replica is shutting down');
        }
        if (words[0] === 'dying') {
          const usage = { promptTokens: 1, completionTokens: 2 };
          yield { text: 'on', tokenIds: [2], finishReason: 'stop', usage };
          return;
        }
        if (words[0] === 'broken') {
          yield { text: 'so ' };
          throw new RpcError(status.INTERNAL, 'the model broke');
        }
        const answer = [
          request.model.adapter ? `tuned-${request.model.adapter.hash.slice(0, 8)}` : 'base',
          ...words,
        ].slice(0, request.sampling?.maxTokens || contextLength);
        const told = answer.map((word, i) =>
          toldOf(request, i, i + 1 < answer.length ? `${word} ` : word),
        );
        const beams = request.sampling?.beams;
        if (!beams) for (const chunk of told.slice(0, -1)) yield chunk;
        const finishReason = answer.length > words.length ? 'stop' : 'length';
        const decoding = request.sampling?.decoding && { steps: answer.length, layers: { 3: 1 } };
        yield {
          ...last(told),
          ...(beams ? { text: 'best', beside: besideOf(beams) } : {}),
          finishReason,
          ...(finishReason === 'stop' && request.sampling?.stop[0]
            ? { stop: request.sampling.stop[0] }
            : {}),
          decoding,
          usage: { promptTokens: words.length, completionTokens: answer.length },
        };
      },
      score: async ({ model, items, likeliest, sweep }) => ({
        scores: sweep
          ? items.map((one) => sweptScore(model, one, sweep))
          : items.map(({ prompt }) =>
              scoreOf(prompt?.ids?.ids.map(String) ?? wordsOf(prompt), Math.max(1, likeliest)),
            ),
      }),
      embed: async ({ model, prompts, pooling, dimensions }) => ({
        embeddings: prompts.map((prompt) => embeddingOf(model, prompt, pooling, dimensions)),
      }),
      countTokens: async ({ prompts }) => ({
        prompts: prompts.map(({ chat }) => countWords(chat?.messages ?? [])),
      }),
      tokenize: async ({ prompts }) => ({
        texts: prompts.map((prompt) => {
          const said = prompt.chat ? saidIn(last(prompt.chat.messages ?? [])) : undefined;
          refusePictures(said?.split(' ') ?? []);
          const words = prompt.ids?.ids.map(String) ?? wordsOf(said ? { text: said } : prompt);
          return {
            ids: prompt.ids?.ids ?? words.map(({ length }) => length),
            text: words.join(''),
            tokens: words.map((word) => Buffer.from(word)),
          };
        }),
        tokenizer: { chatTemplate: '{{ messages }}', specialTokens: { eos_token: '</s>' } },
      }),
      forget: async (_, { tenant }) => {
        forgotten.push(tenant);
        return {};
      },
      listModels: async () => ({
        models: [
          {
            name: baseModel,
            contextLength,
            parameters: 4_000_000,
            modules,
            linearModules: modules.slice(1),
            seeingModules: served.imageTokens > 0 ? ['multi_modal_projector.linear_1'] : [],
            layers: 2,
            positions,
            digest: 'd'.repeat(64),
            precision: served.precision,
            imageTokens: served.imageTokens,
            decoding: served.decoding,
            decodingMeasured: served.decodingMeasured,
          },
          { name: damagedModel, problem: 'model.safetensors is truncated' },
        ],
      }),
    },
  });
  return { ...server, requests, forgotten, cancelled, served, grounding };
}

/** A word as a token: its id is its length, and the more likely the earlier and the later the choice. */
function toldOf(request: GenerateRequest__Output, place: number, text: string): GenerateChunk {
  const { logProbs: count, tokenIds, sampling } = request;
  const logProb = -0.5 - place / 4 + (sampling?.choice ?? 0) / 8;
  const others = ['the', 'a', 'an', 'of', 'to'].slice(0, count ?? 0);
  const top = others.map((other, i) => ({ id: i, text: Buffer.from(other), logProb: -0.25 - i }));
  const token = { id: text.length, text: Buffer.from(text), logProb, rank: 2, top };
  return {
    text,
    ...(count === undefined ? {} : { logProbs: [token] }),
    ...(tokenIds ? { tokenIds: [text.length] } : {}),
    ...(tokenIds && place === 0 ? { promptTokenIds: [1, 2] } : {}),
  };
}

/** A word as a token, of ln p -1 and by a setting alpha less; a tuned model finds each likeliest. */
function sweptScore(
  model: ModelRef__Output | null,
  { prompt, completion }: ScoreItem__Output,
  { settings }: Sweep__Output,
): CompletionScore {
  const words = completion.split(' ');
  const deep = settings.findIndex(({ layers }) => (layers?.to ?? 0) > 2);
  if (deep >= 0)
    throw new RpcError(status.INVALID_ARGUMENT, `sweep.settings[${deep}].layers: expected 0 to 2`);
  if (words[0] === 'long')
    throw new RpcError(status.INVALID_ARGUMENT, 'items[0].completion: expected fewer tokens');
  const sum = -words.length;
  return {
    sum,
    tokenLogProbs: words.map(() => -1),
    swept: {
      promptTokens: (prompt?.chat?.messages ?? []).flatMap(({ content }) => content.split(' '))
        .length,
      candidates: words.length,
      greedy: model?.adapter ? words.length : 0,
      settings: settings.map(({ alpha }) => ({
        sum: sum - alpha * words.length ** 2,
        greedy: 1,
        changed: 2,
        righted: 1,
      })),
    },
  };
}

/** A form that has the word "refused". */
function refuseForm(form: Form__Output | null): void {
  if (!JSON.stringify(form).includes('refused')) return;
  const failure = new Failure('it cannot be had', { type: 'form' });
  throw new RpcError(status.INVALID_ARGUMENT, failure.message, failure);
}

/** Its chat template, such as it is, takes no system message. */
const countWords = (messages: readonly Message__Output[]): PromptTokens =>
  messages.some(({ role }) => role === 'system')
    ? { problem: 'the chat template takes no system message' }
    : { tokens: messages.flatMap(({ content }) => content.split(' ')).length };

const promptOf = ({ prompt }: GenerateRequest__Output): string =>
  prompt?.text ?? prompt?.ids?.ids.join(' ') ?? saidIn(last(prompt?.chat?.messages ?? []));

/** A picture is a word. */
const saidIn = ({ content, parts }: Message__Output): string =>
  content || parts.map(({ text }) => text ?? 'picture').join(' ');

/** Pictures before the words "blind" and "damaged". */
function refusePictures(words: readonly string[]): void {
  const failures: Record<string, Failure> = {
    blind: new Failure('model "m" cannot be shown pictures', { type: 'blind-model' }),
    damaged: new Failure('images[1]: it ends too early', { type: 'shown-image' }),
  };
  const failure = words.includes('picture') ? failures[words.at(-1) ?? ''] : undefined;
  if (failure) throw new RpcError(status.INVALID_ARGUMENT, failure.message, failure);
}

const wordsOf = (prompt: { readonly text?: string | undefined } | null): string[] =>
  (prompt?.text ?? '').split(/(?= )/);

/** Its first number tells of the adapter, the second how many tokens are pooled. */
function embeddingOf(
  model: ModelRef__Output | null,
  prompt: Prompt__Output,
  pooling: string,
  dimensions: number,
): Embedding {
  if (model?.base !== baseModel)
    throw new RpcError(status.NOT_FOUND, `There is no base model '${model?.base}'.`);
  const tokens = prompt.ids?.ids.length ?? wordsOf(prompt).length;
  if (tokens > contextLength)
    throw new RpcError(status.OUT_OF_RANGE, `the prompt has ${tokens} tokens`);
  if (dimensions > 3)
    throw new RpcError(
      status.INVALID_ARGUMENT,
      `dimensions: expected at most 3, found ${dimensions}`,
    );
  const values = [model?.adapter ? 6 : 3, pooling === 'mean' ? 4 * tokens : 4, 12];
  return { values: values.slice(0, dimensions || undefined), tokens };
}

/** Every other word is the likeliest in its place, the rest come second, after " the". */
function scoreOf(tokens: string[], count: number): CompletionScore {
  const ids = tokens.map((_, i) => i);
  const tokenLogProbs = tokens.slice(1).map((_, i) => -0.5 - i);
  const places = tokens.slice(1).map((text, i) => {
    const own = { id: i + 1, text, logProb: -0.5 - i };
    const isBest = i % 2 === 0;
    const top = isBest ? [own] : [{ id: 900, text: ' the', logProb: -0.25 }, own];
    const others = [901, 902, 903].map((id) => ({ id, text: ` ${id}`, logProb: -id }));
    return {
      logProb: own.logProb,
      rank: isBest ? 1 : 2,
      top: [...top, ...others].slice(0, count),
    };
  });
  const next = { top: [{ id: 950, text: ' end', logProb: -0.25 }] };
  return { tokenLogProbs, spelling: { ids, tokens, places: [...places, next] } };
}

/** All but the best of a search's answers. */
const besideOf = ({ given }: Beams__Output): GenerateChunk[] =>
  Array.from({ length: given - 1 }, (_, i) => ({ text: `next ${i}`, finishReason: 'length' }));
