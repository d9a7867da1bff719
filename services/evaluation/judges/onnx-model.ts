// An ONNX model run by transformers.js, also one whose graph fixes how many texts and tokens it
// takes.

import { type JudgeFolder, MAX_TOKENS, onnxFiles } from './judge-folder.js';
import { JudgeModelError } from './judge-model.error.js';
import type { AutoModel, PreTrainedModel, Tensor } from './transformers.js';

/** Texts of one run, where the graph does not say. */
const ROWS = 32;

export interface Run {
  /** The output that was asked for: [rows, ...]. */
  readonly data: Float32Array;
  readonly dims: readonly number[];
  /** [rows, positions]: 1 for a token, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  /** Texts of this run; rows behind them fill a graph that takes no fewer. */
  readonly texts: number;
}

export class OnnxModel {
  private constructor(
    private readonly folder: JudgeFolder,
    private readonly model: PreTrainedModel,
  ) {}

  /** @throws JudgeModelError where there are no weights in this form. */
  static async load(folder: JudgeFolder, kind: typeof AutoModel): Promise<OnnxModel> {
    const { name, path, dtype } = folder;
    if (!dtype) {
      const files = Object.keys(onnxFiles).map((file) => `onnx/${file}`);
      throw new JudgeModelError(name, `has none of ${files.join(', ')}`);
    }
    const options = { local_files_only: true, dtype, device: 'cpu' } as const;
    return new OnnxModel(folder, await kind.from_pretrained(path, options));
  }

  /** Names of the classes by their number, as config.json has them. */
  get labels(): Readonly<Record<string, string>> {
    return (this.model.config as unknown as { id2label?: Record<string, string> }).id2label ?? {};
  }

  /**
   * @param output its name in the graph.
   * @param pairs the second texts, one for each.
   * @throws JudgeModelError where the graph has no such output.
   */
  async *run(
    output: string,
    texts: readonly string[],
    pairs?: readonly string[],
  ): AsyncGenerator<Run> {
    const [rows, tokens] = this.fixed;
    const size = rows ?? ROWS;
    for (let from = 0; from < texts.length; from += size) {
      const taken = Math.min(size, texts.length - from);
      const pick = (of: readonly string[]): string[] =>
        Array.from({ length: rows ?? taken }, (_, i) => of[from + i] ?? '');
      const inputs = this.folder.tokenizer(pick(texts), {
        ...(pairs ? { text_pair: pick(pairs) } : {}),
        padding: tokens === undefined ? true : 'max_length',
        truncation: true,
        max_length: tokens ?? MAX_TOKENS,
      });
      const outputs = (await this.model(inputs)) as Record<string, Tensor | undefined>;
      const result = outputs[output];
      if (!result) throw new JudgeModelError(this.folder.name, `has no output ${output}`);
      const { dims, data } = result as { dims: number[]; data: Float32Array };
      yield { dims, data, attentionMask: inputs.attention_mask.data, texts: taken };
    }
  }

  /** Rows and tokens of a run, each where the graph fixes it. */
  private get fixed(): (number | undefined)[] {
    const { model: session } = this.model.sessions as Record<string, Session | undefined>;
    const ids = session?.inputMetadata.find(({ name }) => name === 'input_ids');
    return (ids?.shape ?? []).map((size) => (typeof size === 'number' ? size : undefined));
  }
}

/** What onnxruntime says of a session's inputs. */
interface Session {
  readonly inputMetadata: readonly {
    readonly name: string;
    readonly shape?: readonly (number | string)[];
  }[];
}
