// A GGUF file as a checkpoint, under Hugging Face's tensor names and layout, and its projector with it
// where there is one.

import { basename, dirname, join } from 'node:path';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { readChatTemplate } from '../../text/chat-template-file.js';
import type { TokenizerSource } from '../../text/tokenizer-backend.js';
import { Tokenizer } from '../../text/tokenizer.js';
import { checkTensors } from '../check-tensors.js';
import type { Checkpoint } from '../checkpoint-type.js';
import { parseHfConfig } from '../hf-config.js';
import { readJsonIfPresent } from '../json-file.js';
import { withOwnHead } from '../own-head.js';
import { storedDtype } from '../stored-dtype.js';
import { familyOf } from './families.js';
import { GgufFile } from './file.js';
import type { GgufHeader, GgufTensor } from './header.js';
import { readGgufModel } from './parts.js';
import { openSight } from './sight.js';
import {
  type Located,
  locateTensors,
  readBlockTensor,
  readHalfTensor,
  readTensor,
  storedAs,
} from './tensors.js';
import { ggufTokenizerSource } from './tokenizer.js';

export interface GgufModel {
  /** Absent: the file's own. */
  readonly name?: string;
  /** The file that reads pictures for it. Absent: it reads text alone. */
  readonly projector?: string | undefined;
}

export async function openGguf(
  path: string,
  { name = basename(path, '.gguf'), projector }: GgufModel = {},
): Promise<Checkpoint> {
  const header = await readGgufModel(path);
  const file = new GgufFile(path, header);
  const family = familyOf(file);
  const textConfig = await family.config(file);
  const sight = projector === undefined ? undefined : await openSight(projector, file, textConfig);
  const hfConfig = sight?.config ?? textConfig;
  const said = parseHfConfig(path, hfConfig);
  const text = locateTensors(file, family, said.numHiddenLayers);
  const tensors = new Map([...text, ...(sight?.tensors ?? [])]);
  const config = await withOwnHead(said, (tensor) => spanOf(tensors.get(tensor)));
  checkTensors(path, config, tensors);
  const entryOf = (tensor: string): Located => {
    const entry = tensors.get(tensor);
    if (!entry) throw new CheckpointError(`${path}: there is no tensor ${tensor}`);
    return entry;
  };
  const tokenizerSource = async (): Promise<TokenizerSource> =>
    ggufTokenizerSource(path, header.metadata, await readChatTemplate(dirname(path)));
  const types = [...text.values()].map(storedAs);
  return {
    name,
    config,
    tensorNames: () => [...tensors.keys()],
    dims: (tensor) => entryOf(tensor).dims,
    read: (tensor) => readTensor(entryOf(tensor), config),
    dtype: storedDtype(types),
    storesHalves: types.some((type) => type === 'F16' || type === 'BF16'),
    readHalf: (tensor) => readHalfTensor(entryOf(tensor), config),
    readBlocks: (tensor) => readBlockTensor(entryOf(tensor), config),
    isRounded(tensor) {
      const located = entryOf(tensor);
      return located.sources.some(({ name: source }) => isQuantized(located.file.typeName(source)));
    },
    tokenizer: async () =>
      new Tokenizer({
        ...(await tokenizerSource()),
        rows: config.vocabSize,
        imageToken: config.vision?.imageToken,
      }),
    hfConfig: { ...hfConfig, ...specialIds(header) },
    ...(sight ? { imageProcessor: sight.processor } : {}),
    companions: async () => {
      const generation = {
        'generation_config.json': specialIds(header),
        ...(sight ? await processorFiles(dirname(path), sight.processor) : {}),
      };
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
function spanOf(located: Located | undefined): GgufTensor | undefined {
  const [source, ...others] = located?.sources ?? [];
  return source && others.length === 0 ? located?.file.find(source.name) : undefined;
}

/** The folder's own come before what the projector says. */
async function processorFiles(
  folder: string,
  otherwise: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const own = await Promise.all(
    ['processor_config.json', 'preprocessor_config.json'].map(
      async (name) => [name, await readJsonIfPresent(join(folder, name))] as const,
    ),
  );
  const found = own.filter(([, json]) => json !== undefined);
  return found.length > 0 ? Object.fromEntries(found) : { 'preprocessor_config.json': otherwise };
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
