// Readers of option values.
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError, which commander prints with the option's name. */
export function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number.');
  return value;
}

/** For options that may be given several times. */
export const collect = (value: string, all: string[]): string[] => [...all, value];
