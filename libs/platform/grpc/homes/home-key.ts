import { createHash } from 'node:crypto';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { ModelRef } from '#contracts/generated/lethe/inference/v1/ModelRef.js';
import type { Part } from '#contracts/generated/lethe/inference/v1/Part.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { READ } from './home-picker.js';

/** Of a prompt, characters or tokens that prompts have to share to meet at one replica. */
const [CHARACTERS, TOKENS] = [256, 64];
/** Last bytes of a picture that stand for it. */
const PICTURE_END = 64;

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
  for (const { role, content = '', parts = [] } of chat?.messages ?? []) {
    if (said.length >= CHARACTERS) break;
    const shown = parts.map(beginningOfPart).join('\n');
    said += `${role}\n${content.slice(0, CHARACTERS)}${shown}\n`;
  }
  return said.slice(0, CHARACTERS);
}

/** Ends of pictures tell them apart well enough: one that meets another by chance is read anew. */
function beginningOfPart({ text, image }: Part): string {
  if (text) return text.slice(0, CHARACTERS);
  const { file, bytes = '' } = image ?? {};
  if (file) return `${file.hash}`;
  return Buffer.from(bytes as Uint8Array)
    .subarray(-PICTURE_END)
    .toString('base64');
}

const hashOf = (named: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(named)).digest('hex');
