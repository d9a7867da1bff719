// A GGUF file as a checkpoint, under Hugging Face's tensor names and layout.

import { basename, dirname } from 'node:path';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { TokenizerMismatchError } from '../../errors/tokenizer-mismatch.error.js';
import { readChatTemplate } from '../../text/chat-template-file.js';
import { checkTensors } from '../check-tensors.js';
import type { Checkpoint } from '../checkpoint-type.js';
import { parseHfConfig } from '../hf-config.js';
import { familyOf } from './families.js';
import { GgufFile } from './file.js';
import { readGgufHeader, type GgufHeader } from './header.js';
import { type Located, locateTensors, readHalfTensor, readTensor, storedAs } from './tensors.js';
import { ggufTokenizer, ggufTokenizerSource } from './tokenizer.js';

export async function openGguf(path: string, name = basename(path, '.gguf')): Promise<Checkpoint> {
  const header = await readGgufHeader(path);
  const parts = Number(header.metadata.get('split.count') ?? 1);
  if (parts > 1)
    throw new CheckpointError(
      `${path} is one of ${parts} parts, expected a whole model (llama-gguf-split --merge joins them)`,
    );
  const file = new GgufFile(path, header);
  const family = familyOf(file);
  const tensors = locateTensors(file, family);
  const hfConfig = await family.config(file);
  const config = parseHfConfig(path, hfConfig);
  checkTensors(path, config, tensors);
  const entryOf = (tensor: string): Located => {
    const entry = tensors.get(tensor);
    if (!entry) throw new CheckpointError(`${path}: there is no tensor ${tensor}`);
    return entry;
  };
  return {
    name,
    config,
    tensorNames: () => [...tensors.keys()],
    dims: (tensor) => entryOf(tensor).dims,
    read: (tensor) => readTensor(file, entryOf(tensor), config),
    storesHalves: [...tensors.values()].some((located) =>
      ['F16', 'BF16'].includes(storedAs(file, located) ?? ''),
    ),
    readHalf: (tensor) => readHalfTensor(file, entryOf(tensor), config),
    tokenizer: async () => {
      const tokenizer = ggufTokenizer(path, header.metadata, await readChatTemplate(dirname(path)));
      if (tokenizer.vocabSize > config.vocabSize) {
        throw new TokenizerMismatchError(name, tokenizer.vocabSize - 1, config.vocabSize);
      }
      return tokenizer;
    },
    hfConfig: { ...hfConfig, ...specialIds(header) },
    companions: async () => {
      const generation = { 'generation_config.json': specialIds(header) };
      if (!header.metadata.has('tokenizer.ggml.model')) return encoded(generation); // weights alone
      const { tokenizer, config: settings } = ggufTokenizerSource(
        path,
        header.metadata,
        await readChatTemplate(dirname(path)),
      );
      return encoded({
        'tokenizer.json': { version: '1.0', truncation: null, padding: null, ...tokenizer },
        'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast', ...settings },
        ...generation,
      });
    },
  };
}

function specialIds({ metadata }: GgufHeader): Record<string, unknown> {
  const ids = {
    bos_token_id: 'bos_token_id',
    eos_token_id: 'eos_token_id',
    pad_token_id: 'padding_token_id',
  };
  return Object.fromEntries(
    Object.entries(ids).map(([key, stored]) => [
      key,
      metadata.get(`tokenizer.ggml.${stored}`) ?? null,
    ]),
  );
}

const encoded = (documents: Readonly<Record<string, unknown>>): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.entries(documents).map(([file, json]) => [
      file,
      new TextEncoder().encode(`${JSON.stringify(json)}\n`),
    ]),
  );
