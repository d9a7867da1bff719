// The rotary embedding's keys of config.json: rope_theta and rope_scaling, or rope_parameters of
// transformers 5.

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { Rope, RopeScaling } from './rope.js';

const parameters = z.looseObject({
  rope_type: z.string().optional(),
  type: z.string().optional(),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().positive().max(1).optional(),
  factor: z.number().positive().optional(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: z.number().int().positive().optional(),
  attention_factor: z.number().positive().nullish(),
  short_factor: z.array(z.number().positive()).optional(),
  long_factor: z.array(z.number().positive()).optional(),
});
type Parameters = z.infer<typeof parameters>;

/** Spread into an architecture's schema. */
export const ropeKeys = {
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().positive().max(1).optional(),
  rope_scaling: parameters.nullish(),
  rope_parameters: parameters.nullish(),
  original_max_position_embeddings: z.number().int().positive().optional(),
};

export interface RopeSetting {
  readonly rope_theta?: number;
  readonly partial_rotary_factor?: number;
  readonly rope_scaling?: Parameters | null;
  readonly rope_parameters?: Parameters | null;
  readonly original_max_position_embeddings?: number;
  readonly max_position_embeddings: number;
}

export interface RopeDefaults {
  readonly theta?: number;
  readonly partial?: number;
}

/** @throws CheckpointError for a kind of scaling that is not known, or one that lacks a key. */
export function parseRope(
  path: string,
  setting: RopeSetting,
  headDim: number,
  { theta = 10_000, partial = 1 }: RopeDefaults = {},
): Rope {
  const given = sameForAll(path, setting.rope_parameters ?? setting.rope_scaling ?? {});
  const scaling = parseScaling(path, given, setting);
  const dim = Math.trunc(
    headDim * (given.partial_rotary_factor ?? setting.partial_rotary_factor ?? partial),
  );
  if (dim % 2 !== 0 || dim === 0)
    throw new CheckpointError(
      `${path}: ${dim} of ${headDim} numbers of a head are rotated, expected an even number`,
    );
  const factors = scaling?.type === 'longrope' ? [scaling.shortFactor, scaling.longFactor] : [];
  if (factors.some(({ length }) => length !== dim / 2)) {
    throw new CheckpointError(
      `${path}: rope_scaling: short_factor and long_factor: expected ${dim / 2} numbers, found ${factors.map(({ length }) => length).join(' and ')}`,
    );
  }
  return {
    dim,
    theta: given.rope_theta ?? setting.rope_theta ?? theta,
    ...(scaling ? { scaling } : {}),
  };
}

/** The rotation of one type of layer, where each may have its own. @throws CheckpointError */
export function parseRopeOf(
  path: string,
  setting: RopeSetting,
  layerType: 'full_attention' | 'sliding_attention',
  headDim: number,
  defaults: RopeDefaults,
): Rope {
  const own = setting.rope_parameters?.[layerType];
  const rope_parameters =
    own === undefined ? setting.rope_parameters : parsedNested(path, layerType, own);
  return parseRope(path, { ...setting, rope_parameters }, headDim, defaults);
}

/**
 * transformers 5 nests settings by type of layer where a model has several types; one that all share
 * is read.
 */
function sameForAll(path: string, given: Parameters): Parameters {
  const nested = Object.entries(given).filter(([key, value]) => isNested(key, value));
  const [first, ...others] = nested;
  if (!first) return given;
  const different = others.find(([, value]) => !isDeepStrictEqual(value, first[1]));
  if (different)
    throw new CheckpointError(
      `${path}: rope_parameters: expected one setting for all layers, found different ones for ${first[0]} and ${different[0]}`,
    );
  return parsedNested(path, first[0], first[1]);
}

function parsedNested(path: string, layerType: string, given: unknown): Parameters {
  const parsed = parameters.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new CheckpointError(
    `${path}: rope_parameters.${layerType}: ${parsed.error.issues.map(({ message }) => message).join(', ')}`,
  );
}

const isNested = (key: string, value: unknown): boolean =>
  key.endsWith('_attention') && typeof value === 'object' && value !== null;

/**
 * Tokens a model can be used with: for these two kinds Hugging Face's convention is that
 * config.json keeps the length before scaling.
 */
export function scaledLength(length: number, { scaling }: Rope): number {
  return scaling?.type === 'linear' || scaling?.type === 'dynamic'
    ? Math.floor(length * scaling.factor)
    : length;
}

function parseScaling(
  path: string,
  given: Parameters,
  setting: RopeSetting,
): RopeScaling | undefined {
  const need = <K extends keyof Parameters>(key: K): NonNullable<Parameters[K]> => {
    const value = given[key];
    if (value === undefined || value === null)
      throw new CheckpointError(`${path}: rope_scaling: ${String(key)} is missing`);
    return value;
  };
  const type = given.rope_type ?? given.type ?? 'default';
  const longest = setting.max_position_embeddings;
  switch (type) {
    case 'default':
      return undefined;
    case 'linear':
      return { type, factor: need('factor') };
    case 'dynamic':
      return { type, factor: need('factor'), originalLength: longest };
    case 'llama3':
      return {
        type,
        factor: need('factor'),
        lowFreqFactor: need('low_freq_factor'),
        highFreqFactor: need('high_freq_factor'),
        originalLength: need('original_max_position_embeddings'),
      };
    case 'longrope':
    case 'su': {
      const originalLength =
        setting.original_max_position_embeddings ??
        given.original_max_position_embeddings ??
        longest;
      const factor = given.factor ?? longest / originalLength;
      const attentionFactor =
        given.attention_factor ??
        (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalLength)));
      return {
        type: 'longrope',
        shortFactor: need('short_factor'),
        longFactor: need('long_factor'),
        originalLength,
        attentionFactor,
      };
    }
    default:
      throw new CheckpointError(
        `${path}: rope scaling "${type}" is not supported, expected one of default, linear, dynamic, llama3, longrope`,
      );
  }
}
