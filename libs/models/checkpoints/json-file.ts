// A JSON document of a model's folder.

import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';
import { foreignKind } from '../tensors/file-kind.js';
import { readTextIfPresent } from '../text/chat-template-file.js';
import { parseJson } from '../text/parse-json.js';

export type JsonObject = Record<string, unknown>;

/** @throws CheckpointError for a file that holds no object, saying what it is. */
export async function readJsonIfPresent(path: string): Promise<JsonObject | undefined> {
  const text = await readTextIfPresent(path);
  return text === undefined ? undefined : parseObject(path, text);
}

/** @throws CheckpointError where there is no such file, or it holds no object. */
export async function readJson(path: string): Promise<JsonObject> {
  const value = await readJsonIfPresent(path);
  if (value === undefined) throw new CheckpointError(`${path} is missing`);
  return value;
}

function parseObject(path: string, text: string): JsonObject {
  const value = parse(path, text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new CheckpointError(`${path}: expected a JSON object, found ${told(value)}`);
}

function parse(path: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const kind = foreignKind(Buffer.from(text.slice(0, 8)));
    throw new CheckpointError(
      kind ? `${path} is ${kind}` : `${path} is not JSON: ${(error as Error).message}`,
    );
  }
}
