// The nouns every part of the engine shares: a model's configuration, its tensors, and an example
// to train on.

/**
 * What the engine needs to know of any decoder; each architecture's own configuration adds what its
 * blocks need. Plain data: it is passed between threads and written into a run's fingerprint.
 */
export interface ModelConfig {
  /** config.json's model_type, by which the architecture is found. */
  readonly modelType: string;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly numKeyValueHeads: number;
  readonly headDim: number;
  readonly maxPositionEmbeddings: number;
  readonly tieWordEmbeddings: boolean;
  /** Of a model that sees; all else is its text's, as of the plain family. */
  readonly vision?: VisionConfig;
}

export type ActivationName =
  | 'silu'
  | 'gelu'
  | 'gelu_new'
  | 'gelu_fast'
  | 'gelu_pytorch_tanh'
  | 'quick_gelu';

/** The encoder of pictures: blocks over patches, CLIP's and SigLIP's. */
export interface TowerConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  /** Pixels a side, of a picture and of a patch. */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly normEps: number;
  readonly activation: ActivationName;
  /** CLIP: a token of no patch comes first, a norm before the first block, patches have no bias. */
  readonly hasClassToken: boolean;
}

/**
 * What makes features of the tower's states:
 * - `mlp`: two layers over the states of some tower layers, side by side (LLaVA).
 * - `shuffle`: one over squares of `factor` x `factor` patches, behind the tower's last norm
 *   (Idefics3, SmolVLM).
 */
export type Connector =
  | {
      readonly kind: 'mlp';
      /** After how many blocks the states are taken. */
      readonly layers: readonly number[];
      readonly dropsFirst: boolean;
      readonly activation: ActivationName;
      readonly bias: boolean;
    }
  | { readonly kind: 'shuffle'; readonly factor: number };

interface Seeing {
  /** config.json's model_type of the whole. */
  readonly modelType: string;
  /** Id of the placeholder, in whose places features stand. */
  readonly imageToken: number;
  /** Numbers of a feature: the hidden size of the text. */
  readonly featureSize: number;
}

/** Pictures come as tiles of one size, one or several. */
export interface TileVision extends Seeing {
  readonly layout: 'single' | 'tiles' | 'anyres';
  readonly tower: TowerConfig;
  readonly connector: Connector;
}

/** An encoder of patches of pictures of any size: Qwen2-VL's. */
export interface GridTowerConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  /** Pixels a side of a patch, and frames that it is deep. */
  readonly patchSize: number;
  readonly frames: number;
  /** Patches a side that become one feature. */
  readonly merge: number;
  readonly activation: ActivationName;
  /** Of the rotation by rows and columns. */
  readonly theta: number;
  /** Qwen2.5-VL: RMSNorm, gated MLPs, and windows of `side` patches in all layers but `wholes`. */
  readonly windows?: { readonly side: number; readonly wholes: readonly number[] };
}

/** Pictures come as patches, as many as they have; each feature has its row and column in the text's rotation. */
export interface GridVision extends Seeing {
  readonly layout: 'grid';
  readonly tower: GridTowerConfig;
  /** How many pairs of a head are rotated by time, by row and by column (M-RoPE). */
  readonly axes: readonly [time: number, row: number, column: number];
}

/** How a model sees, by how its pictures are laid out. Plain data, as the rest of its configuration. */
export type VisionConfig = TileVision | GridVision;

/** A dense float32 tensor, row-major. */
export interface TensorData {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** What stands for a picture in a prompt, [n, hidden]. */
export interface PictureFeatures extends TensorData {
  /** Of a model that places them by rows and columns (GridVision); n is their product. */
  readonly grid?: readonly [rows: number, columns: number];
  /**
   * Of what a block of a tower is fed with, [tokens, hidden of the tower]: which of the rows that a
   * connector reads, tile by tile, stands in each place of the prompt. Absent: each in its own.
   */
  readonly order?: Int32Array;
  /** [n]: 1 for what ends a row of the picture, of what a connector is yet to read (arrange-features.ts). */
  readonly newlines?: Uint8Array;
}

/** What an assistant asks of a tool. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** Plain JSON. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A function that an assistant may ask, as OpenAI's API and templates have it. */
export interface Tool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description?: string;
    /** JSON schema of what it is given. */
    readonly parameters?: unknown;
    readonly strict?: boolean;
  };
}

/** What a message says or shows. What a picture is, only its tokens tell. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' };

/**
 * One message of a conversation; templates know the roles system, user and assistant, and some of
 * them tool.
 */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  /** Of a user who shows pictures: in the place of the content. */
  readonly parts?: readonly ContentPart[];
  /** Of an assistant, whose content may be empty then. */
  readonly toolCalls?: readonly ToolCall[];
  /** Of a tool: the call that it answers, and its own name. */
  readonly toolCallId?: string;
  readonly name?: string;
}

/** A conversation whose pictures have been looked at. */
export interface SeenExample {
  readonly messages: readonly ChatMessage[];
  /** What the messages show, in order, and the placeholder's id. Absent: nothing. */
  readonly shown?: {
    readonly token: number;
    readonly images: readonly {
      /** What stands for it among the tokens: text, control tokens among it, or so many placeholders. */
      readonly pieces: readonly ({ readonly text: string } | { readonly placeholders: number })[];
      /** [placeholders, hidden], in the placeholders' places. */
      readonly features: PictureFeatures;
    }[];
  };
}

/**
 * One supervised example: a conversation, given, and the answer to it. `prefix` is the beginning of
 * the answer that is given rather than learned (ReLearn's completion task); labels are `answer` and
 * the end of the turn only, and of an answer that is open not even this.
 */
export interface TrainExample extends SeenExample {
  readonly answer: string;
  readonly prefix?: string;
  readonly isOpen?: boolean;
  /** Of its file, 1-based, by which an error names it. */
  readonly line?: number;
}

/**
 * Files of an adapter by name: adapter_config.json and adapter_model.safetensors, or its shards and
 * their index.
 */
export type AdapterFiles = Readonly<Record<string, Uint8Array>>;
