// Answers for which several probes ask alike, as two beginnings of a short answer are one.

import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { Sampling } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Said } from '#platform/grpc/whole-answer.js';
import { type Asking, generate } from '../asking.js';

export type Ask = (asking: Asking, prompt: Prompt, sampling?: Sampling) => Promise<Said>;

/** @returns `generate`, which asks a model once for what it is asked again in the same way. */
export function askedOnce(inference: InferenceClient): Ask {
  const known = new Map<string, Promise<Said>>();
  return (asking, prompt, sampling) => {
    const key = JSON.stringify([asking.model, prompt, sampling]);
    const said = known.get(key) ?? generate(inference, asking, prompt, sampling);
    known.set(key, said);
    return said;
  };
}
