// What a request wants of the answers to its prompts, and the calls to inference that takes.

import type { OwnDecoding } from '#contracts/decoding.js';
import type { ModelRef } from '#contracts/generated/lethe/inference/v1/ModelRef.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { Sampling } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import type { OwnKnowledge } from '../models/models.service.js';
import { fromOwnDecoding } from '../models/own-decoding.js';
import type { Scope } from '../tenants/scope.js';
import type { NamedForm } from './form-fields.js';
import type { Grounds } from './knowledge/grounds.js';
import type { AskedKnowledge } from './knowledge/knowledge-field.js';
import type { Problem } from './knowledge/ungroundable.js';
import type { SharedFields } from './sampling.js';
import type { Naming } from './token-name.js';
import type { Writer } from './writer.js';

export interface Wanted {
  readonly model: string;
  readonly prompts: readonly Prompt[];
  /** The request's field that has them, by which errors name it. */
  readonly promptField: string;
  /** The same of the pictures in them, in their order. */
  readonly imageFields: readonly string[];
  readonly sampling: Sampling;
  /** What answers must look like. Undefined: any text. */
  readonly form: NamedForm | undefined;
  /** Answers to each prompt that are given, of those that are made the likeliest. */
  readonly given: number;
  readonly made: number;
  /** How many of the likeliest tokens are told with each; undefined: not even its own likelihood. */
  readonly logProbs: number | undefined;
  readonly hasIds: boolean;
  /** What tokens are called. */
  readonly name: Naming;
  /** The same of the prompts' own tokens; undefined: nothing is. */
  readonly promptLogProbs: number | undefined;
  /** Whether prompts are repeated before their answers. */
  readonly echo: boolean;
  /** Whether there are answers at all: a prompt may be repeated alone. */
  readonly continues: boolean;
  /** What the request says of the knowledge base that answers are made from. */
  readonly knowledge: AskedKnowledge | undefined;
  /** Why they cannot be. */
  readonly ungroundable: Problem | undefined;
  readonly writer: Writer;
  readonly stream: boolean;
  /** Whether an answer that has begun ends with the replica of inference that gives it. */
  readonly stays: boolean;
}

/** When a stream tells its usage. */
export type UsageWanted = 'never' | 'at the end' | 'always';

export interface Call {
  readonly prompt: Prompt;
  readonly sampling: Sampling;
}

/** By a tuned model's own strategy, where the request leaves it to the model. */
export const decodedBy = (wanted: Wanted, own: OwnDecoding | undefined): Wanted =>
  own && wanted.sampling.ownDecoding
    ? { ...wanted, sampling: { ...wanted.sampling, decoding: fromOwnDecoding(own) } }
    : wanted;

/** Answers to one prompt follow each other. */
export const callsOf = (wanted: Wanted): Call[] => {
  const { prompts, made, sampling } = wanted;
  return prompts.flatMap((prompt) =>
    Array.from({ length: made / answersOf(wanted) }, (_, choice) => ({
      prompt,
      sampling: { ...sampling, choice },
    })),
  );
};

/** Answers that a call gives: a search gives all to a prompt. */
export const answersOf = ({ sampling, made }: Wanted): number => (sampling.beams ? made : 1);

export function usageWanted({ stream_options: options }: SharedFields): UsageWanted {
  if (!options?.include_usage) return 'never';
  return options.continuous_usage_stats ? 'always' : 'at the end';
}

/** A request on its way. */
export interface Under {
  readonly scope: Scope;
  readonly model: ModelRef;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
  /** Of the model, whatever the request names. */
  readonly own: OwnKnowledge | undefined;
  /** Undefined: answers are the model's alone. */
  readonly grounds: Grounds | undefined;
}
