// A GGUF file as a checkpoint, under Hugging Face's tensor names and layout.

import { basename, dirname } from 'node:path';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { readChatTemplate } from '../../text/chat-template-file.js';
import type { TokenizerSource } from '../../text/tokenizer-backend.js';
import { Tokenizer } from '../../text/tokenizer.js';
import { checkTensors } from '../check-tensors.js';
import type { Checkpoint } from '../checkpoint-type.js';
import { parseHfConfig } from '../hf-config.js';
import { withOwnHead } from '../own-head.js';
import { storedDtype } from '../stored-dtype.js';
import { familyOf } from './families.js';
import { GgufFile } from './file.js';
import type { GgufHeader, GgufTensor } from './header.js';
import { readGgufModel } from './parts.js';
import {
  type Located,
  locateTensors,
  readBlockTensor,
  readHalfTensor,
  readTensor,
  storedAs,
} from './tensors.js';
import { ggufTokenizerSource } from './tokenizer.js';

export async function openGguf(path: string, name = basename(path, '.gguf')): Promise<Checkpoint> {
  const header = await readGgufModel(path);
  const file = new GgufFile(path, header);
  const family = familyOf(file);
  const hfConfig = await family.config(file);
  const said = parseHfConfig(path, hfConfig);
  const tensors = locateTensors(file, family, said.numHiddenLayers);
  const config = await withOwnHead(said, (tensor) => spanOf(file, tensors.get(tensor)));
  checkTensors(path, config, tensors);
  const entryOf = (tensor: string): Located => {
    const entry = tensors.get(tensor);
    if (!entry) throw new CheckpointError(`${path}: there is no tensor ${tensor}`);
    return entry;
  };
  const tokenizerSource = async (): Promise<TokenizerSource> =>
    ggufTokenizerSource(path, header.metadata, await readChatTemplate(dirname(path)));
  const types = [...tensors.values()].map((located) => storedAs(file, located));
  return {
    name,
    config,
    tensorNames: () => [...tensors.keys()],
    dims: (tensor) => entryOf(tensor).dims,
    read: (tensor) => readTensor(file, entryOf(tensor), config),
    dtype: storedDtype(types),
    storesHalves: types.some((type) => type === 'F16' || type === 'BF16'),
    readHalf: (tensor) => readHalfTensor(file, entryOf(tensor), config),
    readBlocks: (tensor) => readBlockTensor(file, entryOf(tensor), config),
    isRounded: (tensor) =>
      entryOf(tensor).sources.some(({ name: source }) => isQuantized(file.typeName(source))),
    tokenizer: async () => new Tokenizer({ ...(await tokenizerSource()), rows: config.vocabSize }),
    hfConfig: { ...hfConfig, ...specialIds(header) },
    companions: async () => {
      const generation = { 'generation_config.json': specialIds(header) };
      if (!header.metadata.has('tokenizer.ggml.model')) return encoded(generation); // weights alone
      const { tokenizer, config: settings } = await tokenizerSource();
      return encoded({
        'tokenizer.json': { version: '1.0', truncation: null, padding: null, ...tokenizer },
        'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast', ...settings },
        ...generation,
      });
    },
  };
}

const isQuantized = (type: string): boolean => !['F32', 'F16', 'BF16'].includes(type);

/** Where a tensor lies that is one of the file's own. */
function spanOf(file: GgufFile, located: Located | undefined): GgufTensor | undefined {
  const [source, ...others] = located?.sources ?? [];
  return source && others.length === 0 ? file.find(source.name) : undefined;
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
