// The model a run starts from and its examples as token ids.

import { required } from '#collections/required.js';
import { chooseObjective } from '#contracts/objectives/index.js';
import { Failure } from '#failure/failure.js';
import { mergeAdapter } from '#models/adapters/adapter-algebra.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import {
  type Adapter,
  adaptedWeights,
  lowRank,
  savedTensorName,
  savedTensors,
} from '#models/adapters/adapter.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { type MergedModel, mergedModel } from '#models/checkpoints/merged-model.js';
import type { Linear } from '#models/layers/pass.js';
import { halfLinears } from '#models/passes/half.js';
import { headSpec } from '#models/passes/head.js';
import { placesOfPicture } from '#models/passes/image-features.js';
import { int8Layers, type Int8Weights, quantizeHead, quantizeLayer } from '#models/passes/int8.js';
import { expectedTensors, traceOf } from '#models/passes/trace.js';
import { type HalfTensor, isHalf, type Weight, widened } from '#models/tensors/half-tensor.js';
import { type EncodedExample, encodeExample } from '#models/text/encode-example.js';
import { within } from '#models/text/time-limit.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { ModelConfig, TensorData, TrainExample } from '#models/types.js';
import { mergedSeeing, textPart } from '#models/vision/adapter-parts.js';
import { different, tilesOf } from '#models/vision/before-feeds.js';
import { type Making, madeWidth } from '#models/vision/making.js';
import { towerTokens } from '#models/vision/tower.js';
import { tensorsAfter } from '#models/vision/vision-tensors.js';
import type { ConstantsFile } from '#runtime/constants-file.js';
import { TrainingError } from '../errors/training.error.js';
import { placeOf } from '../examples/example-place.js';
import { targetPairs } from '../examples/target-pairs.js';
import type { SideName } from '../objectives/side.js';
import type { TrainOptions } from '../training-options.js';
import type { RunMemory } from './memory-estimate.js';
import { initialWeights } from './parameters.js';
import { maxLengthOf } from './run-shape.js';
import { showsImages } from './step-feeds.js';
import { checkContinued, seeingAdapted, type TrainedParts, trainedParts } from './trained-parts.js';

export interface TrainingModel extends TrainedParts {
  readonly name?: string;
  /**
   * What training starts from, by Hugging Face name: frozen weights, and the first values of those
   * trained whole. Of layers in 8 bits, their scales.
   */
  readonly weights: ReadonlyMap<string, TensorData>;
  /** Frozen weights in 16 bits: they are none of `weights`. */
  readonly halves: ReadonlyMap<string, HalfTensor>;
  /** The adapter whose matrices are trained on. */
  readonly continued?: Adapter;
  /** The adapter that is part of the weights. */
  readonly merged?: Adapter;
  readonly target: readonly EncodedExample[];
  /** The preferred answer of each target example, where the objective compares the two. */
  readonly alternate: readonly EncodedExample[];
  readonly retain: readonly EncodedExample[];
}

/** What is known of a run before its weights are read. */
export interface RunFacts {
  readonly parts: TrainedParts;
  readonly examples: Readonly<Record<SideName, readonly EncodedExample[]>>;
  readonly storesHalves: boolean;
  readonly parent?: RunMemory['parent'];
}
export interface TrainingPlan extends RunFacts {
  /**
   * Reads the weights.
   * @param halfWeights whether those in 16 bits stay so.
   * @param file where those in 8 bits go, which are nowhere else.
   */
  load(halfWeights: boolean, file?: ConstantsFile): Promise<TrainingModel>;
}

/**
 * @param known the examples, where another thread has encoded them.
 * @param seeing what their pictures are. Absent: as the run's parts have it.
 */
export async function planTraining(
  options: TrainOptions,
  known?: RunFacts['examples'],
  seeing?: Making,
): Promise<TrainingPlan> {
  const source = await openSource(options);
  const adapter = options.parentAdapter && readAdapter(options.parentAdapter);
  const continued = options.parent === 'continue' ? adapter : undefined;
  if (options.parent === 'continue' && !continued)
    throw new TrainingError('there is no parent adapter to continue');
  if (continued) checkContinued(source.config, continued);
  const merged = continued ? wholePart(continued) : adapter;
  const start = merged && mergedModel(source.config, textPart(source.config, merged));
  const trained = trainedParts(
    start?.config ?? source.config,
    options.trainable,
    adapter && { adapter, isContinued: continued !== undefined },
  );
  const parts = seeing ? { ...trained, seeing } : trained;
  checkFrozen(options, parts, continued);
  const examples = known ?? (await encodeSets(options, source, parts));
  if (!continued) checkShown(parts, examples);
  return {
    parts,
    examples,
    storesHalves: source.storesHalves ?? false,
    ...(adapter && start
      ? {
          parent: {
            bytes: byteSize(adapter),
            changed: start.changed,
            merged: continued ? adaptedWeights(continued) : [],
          },
        }
      : {}),
    load: async (halfWeights, file) => {
      const halves = halfWeights
        ? await readHalves(source, parts, start, options)
        : new Map<string, HalfTensor>();
      const weights = new Map<string, TensorData>();
      const layers = file ? int8Layers(parts.config) : new Map<string, Linear>();
      const replace = (filed: ConstantsFile, { values, scales }: Int8Weights): void => {
        for (const [name, data] of values) filed.add(name, data);
        for (const [name, tensor] of scales) weights.set(name, tensor);
      };
      for (const [name, tensor] of await readSeeing(source, parts.seeing, merged))
        weights.set(name, tensor);
      for await (const [name, tensor] of readWeights(source, parts.config, start, halves)) {
        const layer = layers.get(name);
        if (file && layer) replace(file, quantizeLayer(layer, tensor.data));
        else weights.set(name, tensor);
      }
      const { name: head } = headSpec(parts.config);
      if (file && !parts.whole.includes(head))
        replace(file, quantizeHead(parts.config, halves.get(head) ?? required(weights, head)));
      if (options.precision === 'float16')
        for (const [name, half] of halfLinears(parts.config, weights, halves))
          halves.set(name, half);
      return {
        ...(source.name ? { name: source.name } : {}),
        ...parts,
        weights,
        halves,
        ...(continued ? { continued } : adapter ? { merged: adapter } : {}),
        ...examples,
      };
    },
  };
}

/** What makes features of what examples show, with what is merged in. */
async function readSeeing(
  { config, read }: Source,
  seeing: Making,
  merged: Adapter | undefined,
): Promise<Map<string, TensorData>> {
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of tensorsAfter(config, seeing))
    weights.set(name, { dims, data: await read(name, dims) });
  return merged ? mergedSeeing(weights, merged) : weights;
}

/** @throws TrainingError where what is to be trained would not be met. */
function checkShown(parts: TrainedParts, examples: RunFacts['examples']): void {
  const isSeeing = seeingAdapted(parts.config, parts.lora).length > 0;
  if (!isSeeing || Object.values(examples).some(showsImages)) return;
  throw new TrainingError(
    'lora_targets: the chosen layers make features of pictures, and no row shows one',
  );
}

async function encodeSets(
  options: TrainOptions,
  { config, tokenizer }: Source,
  { seeing }: TrainedParts,
): Promise<RunFacts['examples']> {
  const pairs = targetPairs(options.target, chooseObjective(options.objective).type, options.seed);
  const known = await tokenizer?.();
  const encode = (examples: readonly (TrainExample | EncodedExample)[], side: SideName) =>
    encodeExamples(examples, side, options, {
      config,
      seeing,
      ...(known ? { tokenizer: known } : {}),
    });
  return {
    target: encode(pairs.target, 'target'),
    alternate: encode(pairs.alternate, 'alternate'),
    retain: encode(options.retain, 'retain'),
  };
}

const byteSize = ({ tensors }: Adapter): number =>
  [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

/**
 * @throws TrainingError where weights that a lower precision would replace are needed as they are.
 */
function checkFrozen(
  { precision = 'float32' }: TrainOptions,
  { config, whole }: TrainedParts,
  continued?: Adapter,
): void {
  if (precision === 'float32') return;
  const trained = whole.find((name) => traceOf(config).linears.has(name));
  if (trained)
    throw new TrainingError(
      `precision ${precision}: ${trained} is trained itself, which needs float32`,
    );
  if (continued)
    throw new TrainingError(
      `precision ${precision}: the reference of an adapter that is trained on merges it into float32 weights; merge the parent instead`,
    );
}

const wholePart = (adapter: Adapter): Adapter => ({
  ...adapter,
  tensors: new Map(
    [...savedTensors(adapter)].map(([name, tensor]) => [savedTensorName(name), tensor]),
  ),
});

/**
 * Matrices in 16 bits, where this is asked for: those that are neither trained whole nor changed by
 * an adapter.
 */
async function readHalves(
  source: Source,
  { config, whole }: TrainedParts,
  start: MergedModel | undefined,
  { precision }: TrainOptions,
): Promise<Map<string, HalfTensor>> {
  const halves = new Map<string, HalfTensor>();
  if (!source.readHalf) return halves;
  const base = expectedTensors(source.config);
  for (const [name, dims] of expectedTensors(config)) {
    if (dims.length < 2 || !base.has(name) || whole.includes(name) || start?.changed.has(name))
      continue;
    if (precision === 'int8' && int8Layers(config).has(name)) continue; // made from float32
    const half = await source.readHalf(name);
    if (half) halves.set(name, half);
  }
  return halves;
}

/** A head that training unties starts as the embeddings are. */
async function* readWeights(
  source: Source,
  config: ModelConfig,
  start: MergedModel | undefined,
  halves: ReadonlyMap<string, HalfTensor>,
): AsyncGenerator<[string, TensorData]> {
  const base = expectedTensors(source.config);
  const tied = start?.config ?? source.config;
  const read = async (name: string): Promise<Float32Array> =>
    source.read(name, required(base, name));
  for (const [name, dims] of expectedTensors(config)) {
    if (halves.has(name)) continue;
    const stored = expectedTensors(tied).has(name) ? name : headSpec(tied).name;
    yield [name, { dims, data: await (start ? start.read(stored, read) : read(stored)) }];
  }
}

/**
 * What the reference has for weights: those that training starts from, with the continued adapter
 * merged in.
 */
export function referenceWeights({
  config,
  weights,
  halves,
  continued,
}: TrainingModel): ReadonlyMap<string, Weight> {
  const all = new Map<string, Weight>([...weights, ...halves]);
  if (!continued) return all;
  const { linears } = traceOf(config);
  return new Map(
    [...all].map(([name, weight]) => {
      if (!lowRank(continued, name)) return [name, weight];
      const own = isHalf(weight)
        ? widened(weight)
        : { dims: weight.dims, data: weight.data.slice() };
      mergeAdapter(continued, name, own, linears.get(name)?.transposed);
      return [name, own];
    }),
  );
}

interface Source {
  readonly name?: string;
  readonly config: ModelConfig;
  tokenizer?(): Promise<Tokenizer>;
  read(name: string, dims: readonly number[]): Promise<Float32Array> | Float32Array;
  readHalf?(name: string): Promise<HalfTensor | undefined>;
  readonly storesHalves?: boolean;
}

async function openSource({ scratch, modelPath, seed }: TrainOptions): Promise<Source> {
  if (scratch) return { config: scratch, read: initialWeights(scratch, seed) };
  if (!modelPath) throw new TrainingError('a run needs a modelPath or a scratch configuration');
  const checkpoint = await openCheckpoint(modelPath);
  const { name, config } = checkpoint;
  return {
    name,
    config,
    tokenizer: () => checkpoint.tokenizer(),
    read: (tensor) => checkpoint.read(tensor),
    storesHalves: checkpoint.storesHalves ?? false,
    readHalf: async (tensor) => checkpoint.readHalf?.(tensor),
  };
}

interface ExampleNeeds {
  readonly config: ModelConfig;
  /** What pictures are. */
  readonly seeing: Making;
  readonly tokenizer?: Tokenizer;
}

function encodeExamples(
  examples: readonly (TrainExample | EncodedExample)[],
  side: SideName,
  options: TrainOptions,
  { config, seeing, tokenizer }: ExampleNeeds,
): EncodedExample[] {
  const maxLength = maxLengthOf(options, config);
  return examples.map((example, i) => {
    const place = placeOf(example, side, i);
    const encoded =
      'ids' in example
        ? { ...example, ids: example.ids.slice(0, maxLength) }
        : encodeText(example, place, maxLength, tokenizer);
    if (encoded.ids.length <= Math.max(1, encoded.labelStart))
      throw new TrainingError(`${place} has no label within ${maxLength} tokens`);
    if (encoded.ids.some((id) => id >= config.vocabSize))
      throw new TrainingError(`${place} has a token outside the model's vocabulary`);
    checkImages(encoded, place, { config, seeing });
    return { ...encoded, ...towerShare(encoded, config, seeing) };
  });
}

/** @throws TrainingError unless each placeholder of the prompt has a feature that the model reads. */
function checkImages(
  { ids, labelStart, features = [], imageToken }: EncodedExample,
  place: string,
  { config, seeing }: ExampleNeeds,
): void {
  const { vision } = config;
  const expected = madeWidth(config, seeing);
  for (const { dims, data, grid = [], order } of features) {
    const [count = 0, width] = dims;
    if (dims.length !== 2 || width !== expected || data.length !== count * expected)
      throw new TrainingError(
        `${place} has features of the shape [${dims.join(', ')}], expected [n, ${expected}]`,
      );
    if ((order !== undefined) !== (typeof seeing === 'object'))
      throw new TrainingError(
        `${place} has pictures that another part of the tower has looked at, or less of it`,
      );
    const placed = grid.reduce((product, side) => product * side, 1);
    if (vision?.layout === 'grid' && (grid.length !== 2 || placed !== count))
      throw new TrainingError(
        `${place} has ${count} features without their rows and columns, by which this model places them`,
      );
    if (!data.every(Number.isFinite))
      throw new TrainingError(`${place} has features that are not finite`);
  }
  const wanted = features.reduce((sum, picture) => sum + placesOfPicture(picture), 0);
  const placeholders = ids.slice(0, labelStart).filter((id) => id === imageToken).length;
  if (placeholders !== wanted)
    throw new TrainingError(
      `${place} has ${placeholders} tokens for images, expected ${wanted}: one for each feature`,
    );
}

/** How much of a tower's passes an example's pictures take. */
function towerShare(
  { features = [] }: EncodedExample,
  { vision }: ModelConfig,
  seeing: Making,
): Pick<EncodedExample, 'towerTokens'> {
  if (typeof seeing !== 'object' || !vision || vision.layout === 'grid') return {};
  return { towerTokens: tilesOf(vision, different(features)) * towerTokens(vision.tower) };
}

/** For one example, in ms: a MiB takes a second, unless a pattern of the model's backtracks. */
const PATIENCE = 20_000;

function encodeText(
  example: TrainExample,
  place: string,
  maxLength: number,
  tokenizer?: Tokenizer,
): EncodedExample {
  if (!tokenizer)
    throw new TrainingError(`${place} is text: a model without a checkpoint has no tokenizer`);
  try {
    return within(PATIENCE, "the model's tokenizer takes it", () =>
      encodeExample(tokenizer, example, maxLength),
    );
  } catch (error) {
    throw new TrainingError(`${place}: ${(error as Error).message}`, {
      publicMessage: `${place}: ${Failure.of(error).publicMessage}`,
      cause: error,
    });
  }
}
