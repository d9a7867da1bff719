// What a family of models that see is to the engine: how its config.json is read.

import type { ModelConfig, VisionConfig } from '../types.js';

export interface SeeingConfig extends ModelConfig {
  readonly vision: VisionConfig;
}

export interface VisionFamily {
  /** config.json's model_type. */
  readonly modelType: string;
  /**
   * The configuration of its text, as the plain family's, and how it sees.
   * @throws CheckpointError naming the key, its value and what was expected.
   * @param path of config.json, for messages.
   */
  parse(path: string, json: unknown): SeeingConfig;
}
