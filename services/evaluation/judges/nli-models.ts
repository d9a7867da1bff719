// The models of the `nli` judge, in a thread of their own.

import '#runtime/no-telemetry.js';
import { Thread } from '#thread/thread.js';
import type { ModelFolders, NliProtocol } from './nli-protocol.js';

/**
 * Two local folders in the layout that transformers.js reads (config.json, tokenizer.json,
 * tokenizer_config.json, onnx/model.onnx). Calls reject where a folder does not fit.
 */
export class NliModels {
  private opened: Thread<NliProtocol> | undefined;

  constructor(private readonly folders: ModelFolders) {}

  similarity(
    answer: readonly string[],
    gold: readonly string[],
    signal: AbortSignal,
  ): Promise<number[][]> {
    return this.thread().call('similarity', { answer, gold }, { signal });
  }

  contradiction(premise: string, hypothesis: string, signal: AbortSignal): Promise<boolean> {
    return this.thread().call('contradiction', { premise, hypothesis }, { signal });
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }

  /** Another one where the last has ended: the folders may have been mended since. */
  private thread(): Thread<NliProtocol> {
    if (!this.opened || this.opened.hasEnded)
      this.opened = new Thread(new URL('nli-thread.js', import.meta.url), 'judge', this.folders);
    return this.opened;
  }
}
