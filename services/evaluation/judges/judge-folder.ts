// A judge's model on disk: its tokenizer, and in which form its weights are there.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { modelDigest } from '#models/checkpoints/model-digest.js';
import { JudgeModelError } from './judge-model.error.js';
import { AutoTokenizer, type PreTrainedTokenizer } from './transformers.js';

/**
 * ONNX files by the precision that transformers.js knows them under; the first that exists is
 * taken.
 */
export const onnxFiles = {
  'model.onnx': 'fp32',
  'model_fp16.onnx': 'fp16',
  'model_quantized.onnx': 'q8',
} as const;
export type Dtype = (typeof onnxFiles)[keyof typeof onnxFiles];

/** Longer texts are cut: models of both kinds have at most 512 positions. */
export const MAX_TOKENS = 512;

export interface JudgeFolder {
  /** As the settings name it. */
  readonly name: string;
  readonly path: string;
  readonly tokenizer: PreTrainedTokenizer;
  /** Of the ONNX file; absent where there is none. */
  readonly dtype: Dtype | undefined;
  readonly hasSafetensors: boolean;
}

/** @throws JudgeModelError naming the file that is missing. */
export async function openJudgeFolder(name: string): Promise<JudgeFolder> {
  const path = resolve(name);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!existsSync(join(path, file))) throw new JudgeModelError(name, `has no ${file}`);
  }
  const tokenizer = await AutoTokenizer.from_pretrained(path, { local_files_only: true });
  const hasSafetensors = existsSync(join(path, 'model.safetensors'));
  return { name, path, tokenizer, dtype: dtypeOf(path), hasSafetensors };
}

/** Which model it is: one hash of its files, read whole. @throws what reading them throws */
export async function digestOf(name: string): Promise<string> {
  const path = resolve(name);
  const onnx = join(path, 'onnx');
  const folders = [path, ...(existsSync(onnx) ? [onnx] : [])];
  return hashOf(await Promise.all(folders.map((folder) => modelDigest(folder))));
}

/** Of several parts, one. */
export const hashOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

const dtypeOf = (path: string): Dtype | undefined =>
  Object.entries(onnxFiles).find(([file]) => existsSync(join(path, 'onnx', file)))?.[1];
