// The phases one after the other. Each leaves weights, from which the next goes on.

import { mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { parseSafetensors, writeSafetensors } from '#models/tensors/safetensors.js';
import { Tokenizer } from '#models/text/tokenizer.js';
import type { AdapterFiles, TensorData } from '#models/types.js';
import type { TrainResult } from '#training/training-options.js';
import type { Scene } from '../scenes/scene.js';
import { writeFolder } from './folder.js';
import { initialText } from './initial.js';
import { captionRows, mixedScenes, priorRows, type Row, usualScenes, yesNoRows } from './rows.js';
import { contextTokens, type Shape, shapeOf, tunedLayers } from './shape.js';
import { trainText } from './text.js';
import { buildTokenizer, type TokenizerFiles } from './tokenizer.js';
import { seenScenes, towerByLabels } from './tower.js';

type Weights = Map<string, TensorData>;

/** How much of what each phase is trained on, and at which rate. */
const setting = {
  towerSteps: 600,
  text: { scenes: 8000, rate: 3e-3 },
  /** The rate falls to zero and begins anew. */
  seeing: [
    { scenes: 12_000, captions: 2, questions: 6, rate: 2e-3 },
    { scenes: 10_000, captions: 3, questions: 4, rate: 1.5e-3 },
  ],
  prior: { scenes: 12_000, rate: 1e-2 },
};
/** Of the first scene of each phase: none is seen twice. */
const seeds = { text: 1_000_000, seeing: 2_000_000, prior: 3_000_000 };
const LINE = 20;

export async function buildModel(out: string, work?: string): Promise<void> {
  const folder = work ?? (await mkdtemp(join(tmpdir(), 'lethe-tiny-vl-')));
  await mkdir(folder, { recursive: true });
  const texts = textsOf(
    captionRows(mixedScenes(0, 2000), 1, 0),
    yesNoRows(mixedScenes(0, 2000), 6, 0),
  );
  const files = buildTokenizer(texts, contextTokens);
  const tokenizer = new Tokenizer({ ...files, model: 'lethe-tiny-vl' });
  const shape = shapeOf(files.vocabSize);
  const made = new Made(folder, files, tokenizer, shape);
  const tower = await made.tower();
  const text = await made.text(tower);
  let weights = new Map([...tower, ...text]);
  for (const round of setting.seeing.keys())
    weights = new Map([...weights, ...(await made.seeing(weights, round))]);
  await writeFolder(out, files, weights, 'F16');
  const adapter = await made.prior(out, weights);
  await mkdir(join(out, 'prior'), { recursive: true });
  for (const [name, bytes] of Object.entries(adapter))
    await writeFile(join(out, 'prior', name), bytes);
}

const textsOf = (...sets: (readonly Row[])[]): string[] =>
  sets.flat().flatMap(({ question, answer }) => [question, answer]);

class Made {
  constructor(
    private readonly folder: string,
    private readonly files: TokenizerFiles,
    private readonly tokenizer: Tokenizer,
    private readonly shape: Shape,
  ) {}

  tower(): Promise<Weights> {
    return this.once('tower', async () => {
      const { tower, heads } = await towerByLabels(
        this.shape,
        setting.towerSteps,
        told('tower', setting.towerSteps),
      );
      return new Map([...tower, ...heads]);
    });
  }

  text(tower: Weights): Promise<Weights> {
    return this.once('text', async () => {
      const from = await this.write(tower);
      const rows = captionRows(usualScenes(seeds.text, setting.text.scenes), 1, 1);
      const { weights } = await this.train('text', setting.text.rate, from, rows, new Map());
      return weights ?? new Map();
    });
  }

  seeing(weights: Weights, round: number): Promise<Weights> {
    return this.once(`seeing-${round}`, async () => {
      const from = await this.write(weights);
      const { scenes: count, captions, questions, rate } = item(setting.seeing, round);
      const scenes = mixedScenes(seeds.seeing + 100_000 * round, count);
      const rows = [
        ...captionRows(scenes, captions, 2 + round),
        ...yesNoRows(scenes, questions, 2 + round),
      ];
      const seen = await this.seen(scenes, weights, 'rows');
      const trained = await this.train('seen', rate, from, rows, seen);
      return trained.weights ?? new Map();
    });
  }

  async prior(modelPath: string, weights: Weights): Promise<AdapterFiles> {
    const scenes = mixedScenes(seeds.prior, setting.prior.scenes);
    const features = await this.seen(scenes, weights, 'features');
    const { adapter } = await this.train(
      'prior',
      setting.prior.rate,
      modelPath,
      priorRows(scenes, 0),
      features,
    );
    return adapter ?? {};
  }

  /** A model to go on from; what is not given is random. */
  private async write(weights: Weights): Promise<string> {
    const from = join(this.folder, 'from');
    await writeFolder(from, this.files, new Map([...initialText(this.shape), ...weights]), 'F32');
    return from;
  }

  private async seen(
    scenes: readonly Scene[],
    weights: Weights,
    what: 'rows' | 'features',
  ): Promise<Map<Scene, TensorData>> {
    const started = process.cpuUsage().user;
    const seen = await seenScenes(this.shape, weights, scenes, what);
    console.log(`${scenes.length} pictures seen in ${seconds(started)} CPU seconds`);
    return new Map(zip(scenes, seen));
  }

  private train(
    phase: 'text' | 'seen' | 'prior',
    learningRate: number,
    modelPath: string,
    rows: readonly Row[],
    seen: ReadonlyMap<Scene, TensorData>,
  ): Promise<TrainResult> {
    return trainText(this.tokenizer, this.shape, rows, seen, {
      modelPath,
      trainable:
        phase === 'prior'
          ? { type: 'lora', r: 16, alpha: 32, dropout: 0, layers: tunedLayers }
          : { type: 'full', connector: phase === 'seen' },
      learningRate,
      onProgress: told(phase),
    });
  }

  /** Weights that an earlier build has left, or else made now. */
  private async once(name: string, make: () => Promise<Weights>): Promise<Weights> {
    const file = join(this.folder, `${name}.safetensors`);
    const known = await readFile(file).catch(() => undefined);
    if (known) return parseSafetensors(known, file);
    const weights = await make();
    await writeFile(`${file}.part`, writeSafetensors(weights));
    await rename(`${file}.part`, file);
    return weights;
  }
}

const seconds = (from: number): string => ((process.cpuUsage().user - from) / 1e6).toFixed(0);

function told(phase: string, steps?: number) {
  const started = process.cpuUsage().user;
  return ({
    step,
    loss,
    totalSteps = steps,
  }: {
    step: number;
    loss: number;
    totalSteps?: number;
  }) => {
    if (step % LINE > 0 && step !== totalSteps) return;
    console.log(
      `${phase}: step ${step} of ${totalSteps}, loss ${loss.toFixed(4)}, ${seconds(started)} CPU seconds`,
    );
  };
}
