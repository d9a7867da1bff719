// One golden folder of a model that sees, run through the engine: tower, features, and the text with
// features in the placeholders' places.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { item, last } from '#collections/items.js';
import { required } from '#collections/required.js';
import type { ImageLayout } from '#contracts/image-layout.js';
import { logSumExp } from '#generation/decoding/candidates.js';
import { ImageIds } from '#generation/image-ids.js';
import { loadAdapter } from '#generation/running/adapter-rows.js';
import { ModelRunner, wholeOf } from '#generation/running/model-runner.js';
import type { Row } from '#generation/running/row.js';
import { scoreRows, takeBatch } from '#generation/running/score-batch.js';
import { imagesShown, readAs } from '#generation/shown-prompt.js';
import { mergeAdapter } from '#models/adapters/adapter-algebra.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import type { Adapter } from '#models/adapters/adapter.js';
import type { Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import { type Place, placesOf } from '#models/passes/attention/places.js';
import { headSpec } from '#models/passes/head.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type {
  ModelConfig,
  PictureFeatures,
  TensorData,
  TileVision,
  VisionConfig,
} from '#models/types.js';
import { mergedSeeing, seeingPart, textPart } from '#models/vision/adapter-parts.js';
import { arrangeFeatures, arrangeRows, orderOf } from '#models/vision/arrange-features.js';
import { connectorWidth } from '#models/vision/connector.js';
import { featureGrid, type Grid, gridFeeds } from '#models/vision/grid-inputs.js';
import { imageFeatures } from '#models/vision/image-tokens.js';
import type { BeforeBlock, Making } from '#models/vision/making.js';
import {
  lowerGraph,
  rowsGraph,
  visionGraph,
  visionInputs,
  visionOutputs,
  visionSizes,
} from '#models/vision/vision-graph.js';
import { tensorsAfter } from '#models/vision/vision-tensors.js';
import { GraphSession } from '#runtime/graph-session.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { Forward, type Streams, weightsOf } from './forward.js';
import { type Difference, worstOf } from './golden-run.js';

export const visionRoot = join(goldenRoot, 'vision');
/** Names of all folders, such as llava-siglip. */
export const visionNames = (): string[] =>
  readdirSync(visionRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
const compute = { device: 'cpu', threads: 1 } as const;
const CONTEXT = 128;

export type VisionRow = 'plain' | 'image' | 'two';

interface Expected {
  readonly rows: Readonly<Record<VisionRow, readonly number[]>>;
  /** How many of the pictures a row has. */
  readonly pictures: Readonly<Record<VisionRow, number>>;
  readonly layouts: readonly ImageLayout[];
  /** By published name: the name that transformers 5 saves, and the one in memory. */
  readonly names: Readonly<Record<string, readonly [saved: string, inMemory: string]>>;
  readonly generated: { readonly tokens: readonly number[]; readonly leastMargin: number };
}

export class VisionRun {
  readonly expected: Expected;
  private readonly tensors: ReadonlyMap<string, TensorData>;

  private constructor(
    readonly path: string,
    private readonly checkpoint: Checkpoint,
    readonly vision: VisionConfig,
  ) {
    this.expected = JSON.parse(readFileSync(join(path, 'expected.json'), 'utf8')) as Expected;
    const file = join(path, 'expected.safetensors');
    this.tensors = parseSafetensors(readFileSync(file), file);
  }

  /** @param files a folder that holds the same model in other files */
  static async open(name: string, files = join(visionRoot, name)): Promise<VisionRun> {
    const path = join(visionRoot, name);
    const checkpoint = await openCheckpoint(files);
    const { vision } = checkpoint.config;
    if (!vision) throw new RangeError(`${name} sees nothing`);
    return new VisionRun(path, checkpoint, vision);
  }

  get config(): ModelConfig {
    return this.checkpoint.config;
  }

  private tensor(name: string): TensorData {
    return required(this.tensors, name);
  }

  /** How far a tensor lies from the reference's of a name. */
  private against(tensor: string, actual: ArrayLike<number>): Difference {
    return { tensor, worst: largestDifference(actual, this.tensor(tensor).data) };
  }

  /** The tower's stream before its first block and after each that is read. */
  async stream(): Promise<Difference> {
    const part = item(await this.see(0), 0);
    const layers = [...part.keys()].filter((key) => key !== visionOutputs.features).length;
    return worstOf(
      Array.from({ length: layers }, (_, layer) =>
        this.against(`vision.${layer}`, required(part, visionOutputs.stream(layer))),
      ),
    );
  }

  /** Of both pictures, tiles at once and one by one. */
  async everyFeature(): Promise<Difference> {
    return worstOf([
      this.against('features.0', await this.features(0)),
      this.against('features.0', await this.features(0, false)),
      this.against('features.1', await this.features(1)),
    ]);
  }

  /** Logits of a row and, of that with one picture, every residual stream. */
  async row(row: VisionRow): Promise<Difference> {
    const streams = [...(await this.read(row))].filter(([name]) =>
      this.tensors.has(`${row}.${name}`),
    );
    return worstOf(streams.map(([name, actual]) => this.against(`${row}.${name}`, actual)));
  }

  async adapter(): Promise<Difference> {
    const streams = await this.read('image', { adapted: true });
    return this.against('adapter.logits', required(streams, 'logits'));
  }

  /** The likeliest tokens after a picture, each after the reference's own. */
  async tokens(): Promise<number[]> {
    const { rows, generated } = this.expected;
    const after = generated.tokens.slice(0, -1);
    const logits = required(await this.read('image', { after }), 'logits');
    const { vocabSize } = this.config;
    return generated.tokens.map((_, i) => {
      const at = (rows.image.length - 1 + i) * vocabSize;
      return this.likeliest(logits.subarray(at, at + vocabSize));
    });
  }

  /**
   * Logits after a row that is served: read at once and in parts, in the midst of its pictures, and
   * with the adapter as a row of a batch has it. Log-probs of what follows the last picture, too.
   */
  async served(row: VisionRow): Promise<Difference> {
    const { vocabSize } = this.config;
    const { prompt, images } = await this.shown(row);
    const runner = await this.runner();
    const differences: Difference[] = [];
    const against = (tensor: string, logits: Float32Array): void => {
      const worst = largestDifference(logits, this.tensor(tensor).data.slice(-vocabSize));
      differences.push({ tensor: `${tensor}, served`, worst });
    };
    for (const part of [CONTEXT, 5]) {
      against(`${row}.logits`, await readInParts(runner, { prompt, images }, part));
    }
    if (row === 'image') {
      const files = await readAdapterFolder(join(this.path, 'adapter'));
      const adapter = loadAdapter(readAdapter(files), this.config);
      against('adapter.logits', await readInParts(runner, { prompt, images, adapter }, 7));
    }
    const [given, asked] = [prompt.slice(0, -2), prompt.slice(-2)];
    const limits = { rows: 1, tokens: CONTEXT, scores: 2 ** 20, steady: 0 };
    const rows = scoreRows([{ prompt: given, completion: asked, images }]);
    const { logProbs } = await runner.score(takeBatch([rows], limits), undefined, 'score');
    const { data } = this.tensor(`${row}.logits`);
    const expected = asked.map((token, i) => {
      const at = (given.length - 1 + i) * vocabSize;
      const logits = data.subarray(at, at + vocabSize);
      return item(logits, token) - logSumExp(logits);
    });
    differences.push({ tensor: 'log-probs', worst: largestDifference(logProbs, expected) });
    await runner.close();
    return worstOf(differences);
  }

  /**
   * Greedy tokens after a picture, beside a row of text: parked on the way, then read anew as a whole.
   */
  async servedTokens(): Promise<number[]> {
    const runner = await this.runner();
    const { prompt, images } = await this.shown('image');
    const tokens: number[] = [];
    const text = { id: 9, prompt: this.expected.rows.plain, tokens: [], adapter: undefined };
    await runner.prefill(text);
    let row = { id: 1, prompt, images, tokens, adapter: undefined };
    let logits = await runner.prefill(row);
    for (;;) {
      tokens.push(this.likeliest(logits));
      if (tokens.length === this.expected.generated.tokens.length) break;
      if (tokens.length === 20) {
        runner.park({ from: 1, to: 2 });
        runner.join(2);
        row = { ...row, id: 2 };
      }
      if (tokens.length === 40) {
        runner.release(2);
        await runner.prefill(wholeOf({ ...row, tokens: tokens.slice(0, -1) }));
      }
      const both = [
        { ...text, last: 5 },
        { ...row, last: last(tokens) },
      ];
      logits = item(await runner.decode(both), 1);
    }
    await runner.close();
    return tokens;
  }

  /** Of what may be said: the placeholder and what lies behind it are not told to the reference either. */
  private likeliest(logits: Float32Array): number {
    const likely = logits.subarray(0, this.vision.imageToken);
    return likely.indexOf(likely.reduce((a, b) => Math.max(a, b)));
  }

  private async runner(): Promise<ModelRunner> {
    const { config } = this;
    const weights = await weightsOf(this.checkpoint);
    return new ModelRunner({ config, weights, maxContext: CONTEXT, compute });
  }

  /**
   * Features of the first picture and, after it, the logits at the end of its row, with an adapter that
   * changes how the model sees.
   */
  async seenBy(adapter: Adapter): Promise<{ features: Float32Array; logits: Float32Array }> {
    const seeing = seeingPart(this.config, adapter);
    const { prompt, images } = await this.shown('image', seeing);
    const runner = await this.runner();
    const rows = loadAdapter(textPart(this.config, adapter), this.config);
    const logits = await readInParts(runner, { prompt, images, adapter: rows }, CONTEXT);
    await runner.close();
    return { features: await this.features(0, true, seeing), logits };
  }

  /** The row with both pictures as it is learned, by what is made of them beforehand. */
  async learned(making: Making): Promise<EncodedExample> {
    const { vision } = this;
    const { rows } = this.expected;
    const features = await Promise.all([0, 1].map((picture) => this.made(picture, making)));
    const ids = [...rows.two];
    const labelStart = ids.lastIndexOf(vision.imageToken) + 1;
    return { ids, labelStart, imageToken: vision.imageToken, features };
  }

  private made(picture: number, making: Making): Promise<PictureFeatures> {
    const { vision } = this;
    return typeof making === 'object' && vision.layout !== 'grid'
      ? this.before(picture, vision, making)
      : this.rows(picture);
  }

  /** What comes into a block of the tower. */
  private async before(
    picture: number,
    vision: TileVision,
    making: BeforeBlock,
  ): Promise<PictureFeatures> {
    const session = await GraphSession.create(
      lowerGraph(vision, making),
      compute,
      await readVisionWeights(this.checkpoint),
    );
    const pixels = this.tensor(`pixels.${picture}`);
    const tiles = item(pixels.dims, 0);
    const seen = await session.run({ [visionInputs.pixels]: pixels }, visionSizes(vision, tiles));
    await session.close();
    const data = required(seen, visionOutputs.stream(making.block));
    const width = vision.tower.hiddenSize;
    const layout = item(this.expected.layouts, picture);
    return { dims: [data.length / width, width], data, ...orderOf(vision, layout, tiles) };
  }

  private async rows(picture: number): Promise<PictureFeatures> {
    const { vision } = this;
    const session = await GraphSession.create(
      rowsGraph(vision),
      compute,
      await readVisionWeights(this.checkpoint),
    );
    const pixels = this.tensor(`pixels.${picture}`);
    const { feeds, sizes } =
      vision.layout === 'grid'
        ? gridFeeds(vision.tower, this.gridOf(picture))
        : { feeds: {}, sizes: visionSizes(vision, item(pixels.dims, 0)) };
    const seen = await session.run({ ...feeds, [visionInputs.pixels]: pixels }, sizes);
    await session.close();
    const layout = item(this.expected.layouts, picture);
    const { data, ...others } = arrangeRows(vision, layout, required(seen, visionOutputs.rows));
    const grid =
      vision.layout === 'grid' ? { grid: featureGrid(vision, this.gridOf(picture)) } : {};
    const width = connectorWidth(vision);
    return { dims: [data.length / width, width], data, ...others, ...grid };
  }

  /** What training reads: the text, and what makes features of what is made of pictures beforehand. */
  async trainedFrom(making: Making): Promise<Map<string, TensorData>> {
    const names = tensorsAfter(this.config, making);
    const seeing = await readVisionWeights(this.checkpoint);
    return new Map([
      ...(await weightsOf(this.checkpoint)),
      ...[...seeing].filter(([name]) => names.has(name)),
    ]);
  }

  /** A row as a call of the engine has it read. */
  private async shown(row: VisionRow, seeing?: Adapter) {
    const { rows, pictures } = this.expected;
    const { hiddenSize } = this.config;
    const seen = await Promise.all(
      Array.from({ length: pictures[row] }, (_, picture) => this.features(picture, true, seeing)),
    );
    const images = imagesShown(
      {
        imageToken: this.vision.imageToken,
        features: seen.map((data, picture) => ({
          dims: [data.length / hiddenSize, hiddenSize],
          data,
          ...(this.vision.layout === 'grid'
            ? { grid: featureGrid(this.vision, this.gridOf(picture)) }
            : {}),
        })),
      },
      '',
      new ImageIds(this.config),
    );
    return { prompt: readAs(rows[row], images), images: images?.shown };
  }

  /** What the tower's graph gives of a picture, all tiles at once or each by itself. */
  private async see(
    picture: number,
    atOnce = true,
    seeing?: Adapter,
  ): Promise<ReadonlyMap<string, Float32Array>[]> {
    const { dims, data } = this.tensor(`pixels.${picture}`);
    const [tiles, ...tile] = dims as [number, ...number[]];
    const { vision } = this;
    const own = await readVisionWeights(this.checkpoint);
    const session = await GraphSession.create(
      visionGraph(vision, true),
      compute,
      seeing ? mergedSeeing(own, seeing) : own,
    );
    if (vision.layout === 'grid') {
      const { feeds, sizes } = gridFeeds(vision.tower, this.gridOf(picture));
      const seen = await session.run({ ...feeds, [visionInputs.pixels]: { dims, data } }, sizes);
      await session.close();
      return [seen];
    }
    const count = atOnce ? tiles : 1;
    const size = (data.length / tiles) * count;
    const results: ReadonlyMap<string, Float32Array>[] = [];
    for (let from = 0; from < data.length; from += size) {
      const pixels = { dims: [count, ...tile], data: data.slice(from, from + size) };
      const sizes = visionSizes(vision, count);
      results.push(await session.run({ [visionInputs.pixels]: pixels }, sizes));
    }
    await session.close();
    return results;
  }

  private gridOf(picture: number): Grid {
    const layout = item(this.expected.layouts, picture);
    if (layout.kind !== 'grid') throw new RangeError(`picture ${picture} is no grid`);
    return layout;
  }

  private async features(picture: number, atOnce = true, seeing?: Adapter): Promise<Float32Array> {
    const layout = item(this.expected.layouts, picture);
    const parts = await this.see(picture, atOnce, seeing);
    const found = parts.flatMap((part) => [...required(part, visionOutputs.features)]);
    const weights = await readVisionWeights(this.checkpoint);
    const features = arrangeFeatures(this.vision, layout, Float32Array.from(found), weights);
    const { featureSize } = this.vision;
    const count = features.length / featureSize;
    if (count !== imageFeatures(this.vision, layout))
      throw new RangeError(`${count} features, which are not as many as placeholders`);
    return features;
  }

  /**
   * A row through the text, with features of our own making. They stand in rows that are added to
   * the embedding, a row for each placeholder: what a token enters as is then all that differs.
   */
  private async read(row: VisionRow, { adapted = false, after = [] as readonly number[] } = {}) {
    const { rows, pictures } = this.expected;
    const seen = await Promise.all(
      Array.from({ length: pictures[row] }, (_, picture) => this.features(picture)),
    );
    const { vocabSize, hiddenSize } = this.config;
    let place = vocabSize;
    const ids = [...rows[row], ...after].map((id) =>
      id === this.vision.imageToken ? place++ : id,
    );
    const weights = await this.textWeights(adapted);
    const embedding = headSpec({ ...this.config, tieWordEmbeddings: true }).name;
    const head = headSpec({ ...this.config, tieWordEmbeddings: false }).name;
    const table = required(weights, embedding);
    const grown = place;
    const widened = (tensor: TensorData, extra: Float32Array): TensorData => {
      const data = new Float32Array(grown * hiddenSize);
      data.set(tensor.data);
      data.set(extra, vocabSize * hiddenSize);
      return { dims: [grown, hiddenSize], data };
    };
    const features = Float32Array.from(seen.flatMap((part) => [...part]));
    const all = new Map(weights)
      .set(head, widened(weights.get(head) ?? table, new Float32Array(0)))
      .set(embedding, widened(table, features));
    const config = { ...this.config, vocabSize: grown, tieWordEmbeddings: false };
    const forward = await Forward.open(config, all, CONTEXT, compute, true);
    const streams = item(await forward.run([ids], this.placesOf(ids, pictures[row])), 0);
    await forward.close();
    const logits = required(streams, 'logits');
    return new Map(streams).set(
      'logits',
      logits.filter((_, i) => i % grown < vocabSize),
    ) as Streams;
  }

  /** Where tokens stand whose ids are beyond the vocabulary where a feature stands. */
  private placesOf(ids: readonly number[], pictures: number): Place[] {
    const { vision } = this;
    const features = Array.from({ length: pictures }, (_, picture) => {
      if (vision.layout !== 'grid') return [];
      const grid = featureGrid(vision, this.gridOf(picture));
      return Array.from({ length: grid[0] * grid[1] }, (__, index) => ({ index, grid }));
    }).flat();
    return placesOf(ids.length, (token) => features[item(ids, token) - this.config.vocabSize]);
  }

  /** The text alone, as the plain family reads it: nothing is added to the embedding. */
  async text(): Promise<Difference> {
    const forward = await Forward.open(
      this.config,
      await weightsOf(this.checkpoint),
      CONTEXT,
      compute,
    );
    const streams = item(await forward.run([this.expected.rows.plain]), 0);
    await forward.close();
    return this.against('plain.logits', required(streams, 'logits'));
  }

  private async textWeights(adapted: boolean): Promise<Map<string, TensorData>> {
    const weights = await weightsOf(this.checkpoint);
    if (!adapted) return weights;
    const adapter = readAdapter(await readAdapterFolder(join(this.path, 'adapter')));
    for (const [name, tensor] of weights) mergeAdapter(adapter, name, tensor);
    return weights;
  }
}

async function readInParts(
  runner: ModelRunner,
  { adapter, ...asked }: Pick<Row, 'prompt' | 'images'> & Partial<Pick<Row, 'adapter'>>,
  count: number,
): Promise<Float32Array> {
  let logits: Float32Array | undefined;
  while (!logits) logits = await runner.read({ ...asked, id: 1, adapter }, count);
  runner.release(1);
  return logits;
}
