// The decoding strategy that a call asks for, checked against the model's depth.

import { strategyNames } from '#contracts/decoding.js';
import type { Decoding__Output } from '#contracts/generated/lethe/inference/v1/Decoding.js';
import type { GenerateRequest__Output } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { LayerSpan__Output } from '#contracts/generated/lethe/inference/v1/LayerSpan.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { layersOf, numbers, span as layersFrom } from '#generation/decoding/defaults.js';
import type { Decoding } from '#generation/decoding/strategies.js';
import type { ModelConfig } from '#models/types.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import { imagesIn } from './images/images-in.js';

/** Least and most of each number, and its name in messages. */
const RANGES = {
  alpha: ['alpha', 0, 100],
  topP: ['top_p', 1e-6, 1],
  topK: ['top_k', 1, 1000],
  threshold: ['threshold', 1e-6, 1],
} as const;
type NumberName = keyof typeof RANGES;

/** Strategies that compare early layers with the last one, which is none of them. */
const COMPARING: readonly string[] = ['dola', 'sled'];

const AT = 'sampling.decoding';

/** @param at the request's field, for messages. @throws InvalidRequestError by the field's name. */
export function decodingOf(asked: Decoding__Output, config: ModelConfig, at = AT): Decoding {
  const wrong = (name: string, expected: string, found: string | number): InvalidRequestError =>
    new InvalidRequestError(`${at}.${name}: expected ${expected}, found ${found}`);
  const strategy = strategyNames.find((name) => name === asked.strategy);
  if (!strategy)
    throw wrong('strategy', `one of ${strategyNames.join(', ')}`, `"${asked.strategy}"`);
  const known: Partial<Record<NumberName, number>> = numbers[strategy];
  const own = { ...known };
  for (const [key, [name, least, most]] of Object.entries(RANGES) as [
    NumberName,
    (typeof RANGES)[NumberName],
  ][]) {
    const value = asked[key];
    if (value === undefined) continue;
    if (known[key] === undefined) throw wrong(name, `nothing with ${strategy}`, value);
    if (!(value >= least && value <= most))
      throw wrong(name, `a number from ${least} to ${most}`, value);
    own[key] = value;
  }
  if (strategy === 'cad') {
    if (asked.layers) throw wrong('layers', 'nothing with cad', spanOf(asked.layers));
    if (asked.without === '')
      throw wrong('without', 'the last message, or the prompt, without its context', '""');
    return { strategy, ...own } as Decoding;
  }
  if (asked.without !== '') throw wrong('without', `nothing with ${strategy}`, 'a text');
  if (!asked.layers) return { strategy, layers: layersOf(strategy, config), ...own } as Decoding;
  const last = config.numHiddenLayers - (COMPARING.includes(strategy) ? 1 : 0);
  const { from, to } = asked.layers;
  if (from > to || to > last)
    throw wrong(
      'layers',
      `the first and the last of layers from 0 to ${last}, as the model has ${config.numHiddenLayers} layers`,
      spanOf(asked.layers),
    );
  return { strategy, layers: layersFrom(from, to), ...own } as Decoding;
}

const spanOf = ({ from, to }: LayerSpan__Output): string => `${from} and ${to}`;

/** The prompt without its context, where a call contrasts the two. */
export function twinOf({ prompt, sampling }: GenerateRequest__Output): Prompt__Output | undefined {
  const without = sampling?.decoding?.without;
  if (!prompt || !without) return undefined;
  if (imagesIn(prompt).length > 0)
    throw new InvalidRequestError('sampling.decoding.without: goes without images');
  const message = prompt.chat?.messages.at(-1);
  if (!prompt.chat || !message) return { prefix: prompt.prefix, text: without, input: 'text' };
  const messages = [...prompt.chat.messages.slice(0, -1), { ...message, content: without }];
  return { ...prompt, chat: { ...prompt.chat, messages } };
}
