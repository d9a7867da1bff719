// Names as people misspell them, and names that nothing has.

import { isUnspaced } from '#knowledge/texts/normal-text.js';
import { pick, type Random } from '../augment/random.js';
import { mistype } from '../rules/noise.js';

/** A shorter name may be any other one after a change. */
const SHORTEST = 4;

/** @returns the name in another case, without its end, or with a typing error; or as it is. */
export function misspelt(random: Random, name: string): string {
  const ways = [otherCase(name), withoutEnd(name), withError(random, name)];
  const other = ways.filter((way) => way !== name);
  return other.length === 0 ? name : pick(random, other);
}

const otherCase = (name: string): string =>
  name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();

function withoutEnd(name: string): string {
  const parts = partsOf(name);
  const least = isUnspaced(name) ? SHORTEST : 2;
  return parts.length < least ? name : joined(parts.slice(0, -1), name);
}

function withError(random: Random, name: string): string {
  if (isUnspaced(name)) {
    const characters = [...name];
    return characters.length < SHORTEST ? name : mistype(random, name);
  }
  const words = name.split(' ');
  const long = words.flatMap((word, i) => (word.length < SHORTEST ? [] : [i]));
  if (long.length === 0) return name;
  const at = pick(random, long);
  return words.map((word, i) => (i === at ? mistype(random, word) : word)).join(' ');
}

/** @returns the name without its beginning or its end, at most half of it; undefined where it has no parts. */
export function partOf(random: Random, name: string): string | undefined {
  const parts = partsOf(name);
  if (parts.length < (isUnspaced(name) ? SHORTEST : 2)) return undefined;
  const left = 1 + Math.floor(random() * Math.floor(parts.length / 2));
  return joined(random() < 0.5 ? parts.slice(left) : parts.slice(0, -left), name);
}

/** The beginning of one name and the end of another. */
export function crossed(one: string, other: string): string {
  const [begin, end] = [partsOf(one), partsOf(other)];
  const whole = begin.length < 2 || end.length < 2;
  const [from, to] = whole ? [[...one], [...other]] : [begin, end];
  const half = [
    ...from.slice(0, Math.ceil(from.length / 2)),
    ...to.slice(Math.floor(to.length / 2)),
  ];
  return whole ? half.join('') : joined(half, one);
}

/** Words, or characters where words are not told apart. */
const partsOf = (name: string): string[] => (isUnspaced(name) ? [...name] : name.split(' '));
const joined = (parts: readonly string[], name: string): string =>
  parts.join(isUnspaced(name) ? '' : ' ');
