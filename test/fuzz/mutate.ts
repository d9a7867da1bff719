// Small damages to bytes, texts and JSON documents.

import type { Random } from './random.js';

const NUMBERS = [
  0,
  -1,
  1,
  0.5,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e9,
  1e12,
  1e300,
  -1e300,
  1e-300,
];
const TEXTS = [
  '',
  ' ',
  '.'.repeat(40_000),
  ' '.repeat(40_000),
  'a@'.repeat(5000),
  '\u0000',
  '\ud800',
  '\u{1f600}'.repeat(1000),
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '<|im_end|>',
  '%s%n%x',
  '\u001b[31m',
  '1e999',
  'NaN',
  '林昭雪'.repeat(2000),
];

/** Values that no document expects where they stand. */
function oddValue(random: Random): unknown {
  const values: (() => unknown)[] = [
    () => random.pick(NUMBERS),
    () => random.pick(TEXTS),
    () => null,
    () => random.chance(0.5),
    () => [],
    () => ({}),
    () => nested(random.pick([3, 50, 500])),
    () => Array.from({ length: random.pick([1, 10, 5000]) }, () => random.pick(NUMBERS)),
    () => ({ [random.pick(TEXTS)]: random.pick(TEXTS) }),
  ];
  return random.pick(values)();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

/** Several bytes flipped, cut out, doubled, or overwritten by an extreme number. */
export function mutateBytes(random: Random, bytes: Uint8Array, reach = bytes.length): Uint8Array {
  let out = Buffer.from(bytes);
  for (let times = 1 + random.below(4); times > 0; times--) {
    if (out.length < 16) return out;
    const at = random.below(Math.min(reach, out.length - 8));
    const length = 1 + random.below(64);
    const changes: (() => void)[] = [
      () => void (out[at]! ^= 1 << random.below(8)),
      () => void (out[at] = random.below(256)),
      () =>
        void out.writeBigUInt64LE(random.pick([0n, 2n ** 63n, 2n ** 40n, 2n ** 32n - 1n, 1n]), at),
      () => void out.writeUInt32LE(random.pick([0, 2 ** 31, 2 ** 32 - 1, 1e9, 9]), at),
      () => void (out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)])),
      () => {
        const part = out.subarray(at, at + length);
        out = Buffer.concat([out.subarray(0, at), part, out.subarray(at)]);
      },
      () => void (out = Buffer.from(out.subarray(0, random.chance(0.1) ? at : out.length))),
    ];
    random.pick(changes)();
  }
  return out;
}

/** Characters replaced, stretches doubled, odd texts put in. */
export function mutateText(random: Random, text: string, words: readonly string[] = TEXTS): string {
  let out = text;
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(out.length + 1);
    const length = 1 + random.below(30);
    const [before, after] = [out.slice(0, at), out.slice(at)];
    out = random.pick([
      () => before + random.pick(words) + after,
      () => before + after.slice(length),
      () => before + after.slice(0, length) + after,
      () => before + String.fromCharCode(random.below(0x3000)) + after.slice(1),
    ])();
  }
  return out;
}

/** The text of such a copy; empty where nothing is left. */
export const mutateDocument = (random: Random, json: unknown): string =>
  JSON.stringify(mutateJson(random, json)) ?? '';

type Place = { readonly holder: Record<string, unknown>; readonly key: string };

/** A copy in which some values are replaced, left out, or put into others; undefined: nothing is left. */
export function mutateJson(random: Random, json: unknown): unknown {
  const root = { value: structuredClone(json) };
  for (let times = 1 + random.below(3); times > 0; times--) {
    const { holder, key } = somewhere(random, root);
    random.pick([
      () => void (holder[key] = oddValue(random)),
      () => void (holder[key] = oddValue(random)),
      () => leaveOut(holder, key),
      () => void (holder[key] = [holder[key]]),
      () => add(holder, random.pick(TEXTS.filter((text) => text.length < 100)), oddValue(random)),
      () => {
        const other = somewhere(random, root);
        holder[key] = structuredClone(other.holder[other.key]);
      },
      () => {
        if (typeof holder[key] === 'string') holder[key] = mutateText(random, holder[key]);
      },
    ])();
  }
  const text = JSON.stringify(root.value);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** Its own, whatever its name: JSON.parse gives objects a key __proto__. */
function add(holder: object, key: string, value: unknown): void {
  if (!Array.isArray(holder))
    Object.defineProperty(holder, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

/** JSON has no lists with holes. */
function leaveOut(holder: Record<string, unknown> | unknown[], key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

/** A value of the document: one step down at a time, so that few large lists do not take all. */
function somewhere(random: Random, root: Record<string, unknown>): Place {
  let place: Place = { holder: root, key: 'value' };
  for (;;) {
    const value = place.holder[place.key];
    if (typeof value !== 'object' || value === null || random.chance(0.1)) return place;
    const keys = Object.keys(value);
    if (keys.length === 0) return place;
    place = { holder: value as Record<string, unknown>, key: random.pick(keys) };
  }
}
