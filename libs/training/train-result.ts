// What a run leaves: PEFT's files, or the model's weights.

import { required } from '#collections/required.js';
import { composeAdapters } from '#models/adapters/adapter-algebra.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { type Adapter, named, savedTensorName } from '#models/adapters/adapter.js';
import { headSpec } from '#models/passes/head.js';
import { isTarget } from '#models/passes/lora.js';
import { traceOf } from '#models/passes/trace.js';
import { seeingChanged } from '#models/vision/adapter-parts.js';
import { nameInMemory } from '#models/vision/published-names.js';
import type { ParameterStore } from './run/parameters.js';
import type { TrainingModel } from './run/training-model.js';
import type { LoraOptions, Trained, TrainOptions } from './training-options.js';

/** What was trained: an adapter that fits the base model, or every weight. */
export function resultOf(
  { trainable }: TrainOptions,
  model: TrainingModel,
  store: ParameterStore,
): Trained {
  // Copied, as what they are views of is too much to hand over, and must stay where it is.
  const { config, lora, whole, weights, continued, merged } = model;
  if (trainable.type === 'full' || !lora) {
    // What the parent sees by is said again, as what was trained says nothing of it.
    const seen = merged ? seeingChanged(config, merged) : [];
    const all = new Map([
      ...seen.map((name) => [name, required(weights, name)] as const),
      ...store.tensors,
    ]);
    return {
      weights: new Map(
        [...all].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]),
      ),
    };
  }
  const head = headSpec(config).name;
  // A parent that is a whole model tied as the base is says nothing of a head: the head it stood
  // for is said now.
  const untiedHead =
    merged?.keepsTie && whole.length > 0 && !whole.includes(head)
      ? [[savedTensorName(head), required(weights, head)] as const]
      : [];
  const tensors = new Map([
    ...[...store.tensors].map(
      ([name, tensor]) => [whole.includes(name) ? savedTensorName(name) : name, tensor] as const,
    ),
    ...untiedHead,
  ]);
  const isTransposed = [...traceOf(config).linears.values()].some(
    ({ name, transposed }) => transposed && isTarget(lora, name),
  );
  const trained: Adapter = {
    ...continued,
    ...lora,
    ...modulesToSave(trainable, continued),
    ...(isTransposed ? { fanInFanOut: true } : {}),
    ...(model.name ? { baseModel: model.name } : {}),
    tensors,
  };
  const adapter = merged ? composeAdapters(merged, trained) : trained;
  return {
    adapter: writeAdapter(config.vision ? named(adapter) : adapter, (name) =>
      nameInMemory(config, name),
    ),
  };
}

function modulesToSave(
  { modulesToSave: ends = [] }: LoraOptions,
  continued: Adapter | undefined,
): Pick<Adapter, 'modulesToSave'> {
  const all = [...new Set([...(continued?.modulesToSave ?? []), ...ends])];
  return all.length > 0 ? { modulesToSave: all } : {};
}
