// Judge models of two nodes for tests, in the folder layout of real ones: what they compute can be
// checked by hand.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeModel, type ModelRecord, type NodeRecord } from '#onnx/encode.js';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'not', 'rome', 'milan', 'a', 'big', 'city'];
const id = (token: string): number => vocabulary.indexOf(token);

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: vocabulary.slice(0, 4).map((content, i) => ({
    id: i,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)],
    pair: [
      special('[CLS]', 0),
      sequence('A', 0),
      special('[SEP]', 0),
      sequence('B', 1),
      special('[SEP]', 1),
    ],
    special_tokens: Object.fromEntries(
      ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [id(token)], tokens: [token] }]),
    ),
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocabulary.map((token, i) => [token, i])),
  },
};
function special(token: string, type: number) {
  return { SpecialToken: { id: token, type_id: type } };
}
function sequence(name: string, type: number) {
  return { Sequence: { id: name, type_id: type } };
}

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: NodeRecord['attributes'] = {},
): NodeRecord => ({ op, domain: '', inputs, outputs, attributes });
const inputsOf = ([rows, tokens]: Dims) =>
  ['input_ids', 'attention_mask', 'token_type_ids'].map(
    (name) => ({ name, type: 'int64', dims: [rows, tokens] }) as const,
  );

/** Rows and tokens of a run: names where they vary, numbers where the graph fixes them. */
type Dims = readonly [number | string, number | string];
const VARYING: Dims = ['B', 'S'];

async function writeFolder(folder: string, config: object, model: ModelRecord): Promise<string> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const files = {
    'config.json': config,
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': {
      tokenizer_class: 'BertTokenizer',
      model_max_length: 512,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
    },
  };
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content));
  await writeFile(join(folder, 'onnx/model.onnx'), encodeModel(model));
  return folder;
}

/**
 * A classifier that finds a contradiction where the hypothesis, not the premise, says "not";
 * neutral elsewhere.
 */
export function writeTinyNli(
  folder: string,
  labels = ['contradiction', 'entailment', 'neutral'],
  dims = VARYING,
): Promise<string> {
  const table = new Float32Array(vocabulary.length * 3);
  table[id('not') * 3] = 5;
  return writeFolder(
    folder,
    {
      model_type: 'bert',
      architectures: ['BertForSequenceClassification'],
      id2label: { ...labels },
    },
    {
      inputs: inputsOf(dims),
      outputs: [{ name: 'logits', type: 'float32', dims: [dims[0], 3] }],
      initializers: [
        { name: 'table', type: 'float32', dims: [vocabulary.length, 3], data: table },
        { name: 'bias', type: 'float32', dims: [3], data: Float32Array.of(0, 0, 1) },
        { name: 'last', type: 'int64', dims: [1], data: BigInt64Array.of(-1n) },
        { name: 'second', type: 'int64', dims: [1], data: BigInt64Array.of(1n) },
      ],
      nodes: [
        node('Gather', ['table', 'input_ids'], ['rows'], { axis: 0 }),
        node('Cast', ['token_type_ids'], ['types'], { to: 1 }),
        node('Unsqueeze', ['types', 'last'], ['mask']),
        node('Mul', ['rows', 'mask'], ['kept']),
        node('ReduceSum', ['kept', 'second'], ['sums'], { keepdims: 0 }),
        node('Add', ['sums', 'bias'], ['logits']),
      ],
    },
  );
}

/**
 * An embedder with one direction a word; "big" and "city" share one, marks of the tokenizer have
 * none.
 */
export function writeTinyEmbedder(folder: string, dims = VARYING): Promise<string> {
  const size = vocabulary.length;
  const table = new Float32Array(size * size);
  for (let i = 4; i < size; i++) table[i * size + (i === id('big') ? id('city') : i)] = 1;
  return writeFolder(
    folder,
    { model_type: 'bert', architectures: ['BertModel'], hidden_size: size },
    {
      inputs: inputsOf(dims),
      outputs: [{ name: 'last_hidden_state', type: 'float32', dims: [...dims, size] }],
      initializers: [{ name: 'table', type: 'float32', dims: [size, size], data: table }],
      nodes: [node('Gather', ['table', 'input_ids'], ['last_hidden_state'], { axis: 0 })],
    },
  );
}
