import { createHash } from 'node:crypto';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { ModelRef } from '#contracts/generated/lethe/inference/v1/ModelRef.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { READ } from './home-picker.js';

/** Of a prompt, characters or tokens that prompts have to share to meet at one replica. */
const [CHARACTERS, TOKENS] = [256, 64];

/**
 * Names what a replica loads for a model beside its base, so that calls for it meet at one replica.
 * @returns a hash, or the number that the model has been given; undefined for a base model as it is,
 * which all of them answer for.
 */
export function homeKey({ base, adapter, scale, rounding, home }: ModelRef): string | undefined {
  if (home !== undefined) return `#${home}`;
  if (!adapter && !rounding) return undefined;
  return hashOf([base, adapter?.hash, scale, rounding]);
}

/**
 * Where an answer of a base model is made best: at the replica that has its knowledge base, or else
 * what the tenant's prompts begin with.
 */
export function answerKey(tenant: string, request: GenerateRequest): string | undefined {
  const { model, prompt, knowledge } = request;
  const home = model ? homeKey(model) : undefined;
  if (home !== undefined) return home;
  if (knowledge?.base) return hashOf([model?.base, knowledge.base.hash]);
  const beginning = prompt ? beginningOf(prompt) : '';
  return beginning === '' ? undefined : READ + hashOf([tenant, model?.base, beginning]);
}

function beginningOf({ chat, text, ids }: Prompt): string {
  if (ids) return (ids.ids ?? []).slice(0, TOKENS).join();
  if (text) return text.slice(0, CHARACTERS);
  let said = '';
  for (const { role, content = '' } of chat?.messages ?? []) {
    if (said.length >= CHARACTERS) break;
    said += `${role}\n${content.slice(0, CHARACTERS)}\n`;
  }
  return said.slice(0, CHARACTERS);
}

const hashOf = (named: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(named)).digest('hex');
