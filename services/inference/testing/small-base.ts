// A small knowledge base for tests, and how it is asked from a model that was never tuned to one: the
// retriever decides which entity is meant, and names and the one attribute are short, as none is.

import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Grounding__Output } from '#contracts/generated/lethe/inference/v1/Grounding.js';
import type { Knowledge } from '#contracts/generated/lethe/inference/v1/Knowledge.js';
import type { Usage__Output } from '#contracts/generated/lethe/inference/v1/Usage.js';
import type { Artifact } from '#contracts/spaces.js';
import { canonicalLine } from '#knowledge/canonical.js';
import type { Entity } from '#knowledge/entity.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import type { CallLimits, InferenceClient } from '#platform/grpc/inference-client.js';

export const entity = (
  type: string,
  name: string,
  values: readonly string[],
  aliases: string[] = [],
): Entity => ({
  id: `${type}:${name}`,
  type,
  name,
  aliases,
  attributes: new Map(values.length > 0 ? [['is', values]] : []),
});

export async function storedBase(
  space: ArtifactSpace,
  entities: readonly Entity[],
): Promise<Artifact> {
  const hash = await space.put(Buffer.from(entities.map(canonicalLine).join('')));
  return { space: space.id, hash };
}

/** The retriever's word is law, and no mass too small. */
const STEERED: Knowledge = { retrieverWeight: 100, minMass: -100, margin: 0 };

export const asking = (
  base: Artifact,
  question: string,
  knowledge: Knowledge = {},
  more: Omit<GenerateRequest, 'knowledge'> = {},
): GenerateRequest => ({
  model: { base: 'lethe-tiny' },
  prompt: { chat: { messages: [{ role: 'user', content: question }] } },
  sampling: { maxTokens: 24 },
  ...more,
  knowledge: { base, ...STEERED, ...knowledge },
});

export interface Told {
  readonly texts: string[];
  readonly text: string;
  readonly finishReason: string;
  readonly usage: Usage__Output;
  readonly grounding: Grounding__Output;
  readonly chunks: GenerateChunk__Output[];
}

export async function told(
  client: InferenceClient,
  request: GenerateRequest,
  { tenant = 'acme', ...limits }: CallLimits & { readonly tenant?: string } = {},
): Promise<Told> {
  const chunks: GenerateChunk__Output[] = [];
  for await (const chunk of client.generate(tenant, request, limits)) chunks.push(chunk);
  const last = chunks.at(-1)!;
  const texts = chunks.map(({ text }) => text);
  const { finishReason, usage, grounding } = last;
  return {
    texts,
    text: texts.join(''),
    finishReason,
    usage: usage!,
    grounding: grounding!,
    chunks,
  };
}
