// Readers of option values.

import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError, which commander prints with the option's name. */
export function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('must be a number.');
  return value;
}

/** For options that may be given several times. */
export const collect = (value: string, all: string[]): string[] => [...all, value];

export const namesOf = (text: string): string[] => text.split(',').map((name) => name.trim());

/** Names with commas between them. @param hint what is to be said beside those that there are. */
export function namesIn<N extends string>(text: string, known: readonly N[], hint = ''): N[] {
  return namesOf(text).map((name) => {
    const found = known.find((one) => one === name);
    if (!found) throw new InvalidArgumentError(`'${name}' is none of ${known.join(', ')}${hint}.`);
    return found;
  });
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/** Bytes of a size such as 5GB, 500MB or 1GiB. */
export function byteSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (!(bytes >= 1)) throw new InvalidArgumentError('must be a size such as 5GB or 500MB.');
  return Math.floor(bytes);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a time such as 30s, 15m, 12h or 90d; 0 needs no unit. */
export function duration(text: string): number {
  const [, number = '', unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = text === '0' ? 0 : Number(number) * (SECONDS[unit] ?? Number.NaN);
  if (!Number.isSafeInteger(seconds))
    throw new InvalidArgumentError('must be a time such as 30s, 15m, 12h or 90d.');
  return seconds;
}

/** Seconds since 1970 of a date such as 2026-01-31, or of a date and a time. */
export function date(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('must be a date such as 2026-01-31 or 2026-01-31T12:00Z.');
  return Math.floor(ms / 1000);
}
