// Reads how a model's folder wants its pictures.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { first } from '#collections/items.js';
import { ImageProcessorError } from '../errors/image-processor.error.js';
import { anyres } from './anyres.js';
import { grid } from './grid.js';
import type { ImageProcessor } from './image-processor.js';
import { clip, llava, siglip } from './single.js';
import { tiles } from './tiles.js';

/** By image_processor_type, without the Fast of those that torchvision runs. */
const processors: Readonly<Record<string, z.ZodType<ImageProcessor>>> = {
  CLIPImageProcessor: clip,
  LlavaImageProcessor: llava,
  SiglipImageProcessor: siglip,
  Idefics3ImageProcessor: tiles,
  SmolVLMImageProcessor: tiles,
  LlavaNextImageProcessor: anyres,
  Qwen2VLImageProcessor: grid,
  // The same, as folders of Qwen2.5-VL had it before transformers 4.49.
  Qwen2_5_VLImageProcessor: grid,
};
const PROCESSOR = 'processor_config.json';
const PREPROCESSOR = 'preprocessor_config.json';
const LONGEST = 100;

type Fields = Readonly<Record<string, unknown>>;

/**
 * `image_processor` of processor_config.json, where transformers 5 writes it, or else
 * preprocessor_config.json.
 * @param otherwise what a folder without them is taken to say in the latter
 * @throws ImageProcessorError
 */
export async function readProcessor(folder: string, otherwise?: Fields): Promise<ImageProcessor> {
  const nested = (await readObject(join(folder, PROCESSOR)))?.['image_processor'];
  if (nested !== undefined)
    return parseProcessor(`${join(folder, PROCESSOR)}: image_processor`, nested);
  const path = join(folder, PREPROCESSOR);
  const fields = (await readObject(path)) ?? otherwise;
  if (fields) return parseProcessor(path, fields);
  throw new ImageProcessorError(
    `${path} is missing: expected it, or an image_processor in ${PROCESSOR}`,
  );
}

/** @param where begins each message. */
function parseProcessor(where: string, fields: unknown): ImageProcessor {
  if (!isObject(fields))
    throw new ImageProcessorError(`${where}: expected an object, found ${told(fields)}`);
  const type = typeOf(fields);
  const schema = Object.hasOwn(processors, type ?? '') ? processors[type ?? ''] : undefined;
  if (!schema)
    throw new ImageProcessorError(
      `${where}: image_processor_type: expected one of ${Object.keys(processors).join(', ')}, found ${told(fields['image_processor_type'] ?? fields['feature_extractor_type'])}`,
    );
  // To transformers null is the default.
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const { path, message } = first(parsed.error.issues);
  const found = path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  const tail = found === undefined ? '' : `, found ${told(found)}`;
  throw new ImageProcessorError(`${where}: ${path.join('.')}: ${message}${tail}`);
}

function typeOf(fields: Fields): string | undefined {
  const { image_processor_type: type, feature_extractor_type: older } = fields;
  if (typeof type === 'string') return type.replace(/Fast$/, '');
  return typeof older === 'string'
    ? older.replace('FeatureExtractor', 'ImageProcessor')
    : undefined;
}

async function readObject(path: string): Promise<Fields | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value = parsedJson(path, text);
  if (isObject(value)) return value;
  throw new ImageProcessorError(`${path}: expected an object, found ${told(value)}`);
}

function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ImageProcessorError(`${path} is not JSON: expected a JSON object`);
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function told(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
