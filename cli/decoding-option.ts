// How answers are to be decoded, as an option says it: deco, or deco,layers=5-6,alpha=0.

import { InvalidArgumentError } from 'commander';
import { type AskedDecoding, askedDecodingSchema } from '#contracts/decoding.js';

/** @returns undefined for `none`, the model's logits as they are. @throws InvalidArgumentError */
export function decodingIn(text: string): AskedDecoding | undefined {
  if (text === 'none') return undefined;
  const [strategy, ...settings] = text.split(',');
  const given = Object.fromEntries(settings.map(settingIn));
  const parsed = askedDecodingSchema.safeParse({ strategy, ...given });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidArgumentError(`'${text}': ${issue?.path.join('.')}: ${issue?.message}.`);
}

function settingIn(text: string): [name: string, value: unknown] {
  const [, name = '', value = ''] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError(`'${text}' is no setting such as alpha=0.6.`);
  const [, from, to] = /^(\d+)-(\d+)$/.exec(value) ?? [];
  return [name, from === undefined ? Number(value) : [Number(from), Number(to)]];
}
