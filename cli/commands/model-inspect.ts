// lethe model inspect: what a model is, and the memory that training and serving it take.

import type { Command } from 'commander';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import { allTensors } from '#models/vision/vision-tensors.js';
import { projectRoot } from '#supervisor/layout.js';
import { memoryTable } from '#training/memory-table.js';
import { type CommonOptions, environment, remoteSubcommand } from '../context.js';
import { print, printJson, table } from '../output.js';
import { integer } from '../values.js';

interface InspectOptions extends CommonOptions {
  readonly tokens: number;
  readonly rows: number;
}

export function registerInspect(model: Command): void {
  remoteSubcommand(
    model,
    'inspect <model>',
    'tell what a model is and the memory it takes: a name in the model folders, a folder or a .gguf file',
  )
    .option('--tokens <count>', 'tokens of a row, in training and in an answer', integer, 512)
    .option('--rows <count>', 'rows in training, and answers at once', integer, 1)
    .action(inspect);
}

const size = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
const count = (n: number): string =>
  n < 1e6 ? `${(n / 1e3).toFixed(1)}K` : `${(n / 1e6).toFixed(1)}M`;

async function inspect(name: string, options: InspectOptions): Promise<void> {
  const isPath = await access(name).then(
    () => true,
    () => false,
  );
  const path = isPath
    ? name
    : await findModel(name, [...environment(options).modelDirs, join(projectRoot, 'models')]);
  const { config, hfConfig, storesHalves = false } = await openCheckpoint(path);
  const { tokens, rows } = options;
  const length = Math.min(tokens, config.maxPositionEmbeddings);
  const memory = memoryTable(config, storesHalves, { rows, length });
  const parameters = [...allTensors(config).values()].reduce(
    (sum, dims) => sum + dims.reduce((a, b) => a * b, 1),
    0,
  );
  const dtype = String(hfConfig['dtype'] ?? hfConfig['torch_dtype'] ?? 'as the file has it');
  const {
    modelType,
    numHiddenLayers: layers,
    hiddenSize,
    numAttentionHeads: heads,
    numKeyValueHeads: keyValueHeads,
    vocabSize,
    maxPositionEmbeddings: context,
    vision,
  } = config;
  if (options.json)
    return printJson({
      path,
      architecture: modelType,
      parameters,
      dtype,
      layers,
      hiddenSize,
      heads,
      keyValueHeads,
      vocabSize,
      context,
      ...(vision ? { vision: vision.modelType } : {}),
      tokens: length,
      rows,
      memory,
    });
  print(
    `${path}: ${vision ? `${vision.modelType} over ` : ''}${modelType}, ${count(parameters)} parameters (${dtype}), ${layers} layers of ${hiddenSize}, ${heads} heads (${keyValueHeads} of keys and values), vocabulary ${vocabSize}, context ${context}`,
  );
  print(`memory for ${rows} row(s) of ${length} tokens; training: LoRA r=8 on all linear layers:`);
  print(
    table(
      ['weights in memory', 'training', 'with recompute', 'serving'],
      memory.map((m) => [
        m.weights,
        size(m.training.total),
        size(m.recomputed.total),
        m.serving ? size(m.serving.total) : '',
      ]),
    ),
  );
}
