// An inference server for tests that says what a script tells it: real gRPC, a known model.

import { status } from '@grpc/grpc-js';
import type { Decoding__Output } from '#contracts/generated/lethe/inference/v1/Decoding.js';
import type { Grounding } from '#contracts/generated/lethe/inference/v1/Grounding.js';
import type { Knowledge__Output } from '#contracts/generated/lethe/inference/v1/Knowledge.js';
import type { ModelRef__Output } from '#contracts/generated/lethe/inference/v1/ModelRef.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import { startInferenceServer, type RunningServer } from '#platform/grpc/inference-server.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { asInference } from './identities.js';
import { silent } from './queue.js';

export interface Script {
  /**
   * The greedy answer of `model` ("base", "base+adapter", "base+adapter+0.5" or "base+nf4") to a
   * question, after its prefix.
   */
  answer(model: string, question: string, prefix: string): string;
  /** What is said from a knowledge base, and what that is made from. */
  grounded?(model: string, question: string, knowledge: Knowledge__Output): Grounded;
  /** Log-probabilities of a completion's words. */
  score(model: string, question: string, completion: string, prefix: string): number[];
}

export interface Grounded {
  readonly text: string;
  readonly grounding: Grounding;
}

export interface ScriptedInference extends RunningServer {
  /** Most completions that were under way at a time. */
  mostAtOnce: number;
  /** Questions asked, in order. */
  asked: string[];
  /** How tokens were to be chosen, of each answer that was asked for by a strategy. */
  decodings: Decoding__Output[];
  /** Models asked, by the script's names. */
  models: Set<string>;
  /** Calls to refuse with RESOURCE_EXHAUSTED before the next is answered. */
  refuse: number;
}

const nameOf = (model: ModelRef__Output | null): string =>
  [model?.base, model?.adapter?.hash, model?.scale, model?.rounding].filter(Boolean).join('+');
type Item = ScoreRequest__Output['items'][number];
type Prompt = Item['prompt'];
/** All that is said in a conversation, most often one question; or a text. */
const questionOf = (prompt: Prompt): string =>
  prompt?.chat?.messages
    .map(({ content, parts }) => content || parts.map(({ text }) => text ?? '').join(''))
    .join('\n') ??
  prompt?.text ??
  '';
/** A token for each word, with the space before it. */
const spelt = (prompt: Prompt) => ({ tokens: questionOf(prompt).split(/(?= )/), best: [] });
const prefixOf = (prompt: Prompt): string => prompt?.prefix ?? '';

/** Of distributions in which what is at least as likely as not is the likeliest. */
const detailOf = (logProbs: readonly number[]) => ({
  greedy: logProbs.map((logProb) => logProb >= Math.log(0.5)),
  mean: logProbs.map(() => -1),
  variance: logProbs.map(() => 1),
});

/** Of an embedding and two layers, the first of which has half of what the last has. */
const layersOf = (logProbs: readonly number[]) =>
  [-9, -Math.LN2, 0].map((less) => ({ logProbs: logProbs.map((logProb) => logProb + less) }));

/** Of two layers: what the first leaves changes nothing, what the second leaves is all. */
const patchedOf = (own: number[], source: number[]) => [{ logProbs: own }, { logProbs: source }];

/** @param port 0 for any free one. */
export async function startScriptedInference(script: Script, port = 0): Promise<ScriptedInference> {
  const state = {
    mostAtOnce: 0,
    asked: [] as string[],
    decodings: [] as Decoding__Output[],
    models: new Set<string>(),
    refuse: 0,
  };
  let now = 0;
  const refuseSome = (): void => {
    if (state.refuse-- > 0) throw new RpcError(status.RESOURCE_EXHAUSTED, 'not now');
  };
  const server = await startInferenceServer({
    host: '127.0.0.1',
    port,
    log: silent,
    ...asInference(),
    handlers: {
      async *generate({ model, prompt, knowledge, sampling }) {
        refuseSome();
        const question = questionOf(prompt);
        state.asked.push(question);
        if (sampling?.decoding) state.decodings.push(sampling.decoding);
        state.models.add(nameOf(model));
        state.mostAtOnce = Math.max(state.mostAtOnce, ++now);
        try {
          // A turn of the event loop, so that calls made at once are seen at once.
          await new Promise((resolve) => setImmediate(resolve));
          if (knowledge && script.grounded) {
            yield { ...script.grounded(nameOf(model), question, knowledge), finishReason: 'stop' };
            return;
          }
          for (const word of script
            .answer(nameOf(model), question, prefixOf(prompt))
            .split(/(?= )/))
            yield { text: word };
          yield { finishReason: 'stop' };
        } finally {
          now -= 1;
        }
      },
      async score({ model, source, items, detail, layers, gradient, whole }) {
        refuseSome();
        if (whole) return { scores: items.map(({ prompt }) => ({ spelling: spelt(prompt) })) };
        const scored = (named: ModelRef__Output | null, { prompt, completion }: Item): number[] =>
          script.score(nameOf(named), questionOf(prompt), completion, prefixOf(prompt));
        const scores = items.map((item) => ({
          tokenLogProbs: scored(model, item),
          patched: source && patchedOf(scored(model, item), scored(source, item)),
        }));
        return {
          scores: scores.map(({ tokenLogProbs, patched }) => ({
            tokenLogProbs,
            ...(patched ? { patched } : {}),
            ...(detail ? detailOf(tokenLogProbs) : {}),
            ...(layers ? { layers: layersOf(tokenLogProbs) } : {}),
            // What is less likely would move the weights more.
            ...(gradient ? { gradientNorm: 1 - Math.min(...tokenLogProbs) } : {}),
            sum: tokenLogProbs.reduce((a, b) => a + b, 0),
          })),
        };
      },
      embed: () => Promise.reject(new RpcError(status.UNIMPLEMENTED, 'no embeddings here')),
      countTokens: () => Promise.reject(new RpcError(status.UNIMPLEMENTED, 'no counts here')),
      tokenize: async () => ({}),
      forget: async () => ({}),
      listModels: async () => ({ models: [] }),
    },
  });
  return Object.assign(state, server);
}
