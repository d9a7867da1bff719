// The models of the `nli` judge, in a thread of their own.

import '#runtime/no-telemetry.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { ModelFolders, NliProtocol } from './nli-protocol.js';

/**
 * Two local folders in the layout that transformers.js reads (config.json, tokenizer.json,
 * tokenizer_config.json, onnx/model.onnx). Calls reject where a folder does not fit.
 */
export class NliModels {
  /** Another one where the last has ended: the folders may have been mended since. */
  private readonly thread: RenewedThread<NliProtocol>;

  constructor(folders: ModelFolders) {
    this.thread = new RenewedThread(new URL('nli-thread.js', import.meta.url), 'judge', folders);
  }

  similarity(
    answer: readonly string[],
    gold: readonly string[],
    signal: AbortSignal,
  ): Promise<number[][]> {
    return this.thread.current.call('similarity', { answer, gold }, { signal });
  }

  contradiction(premise: string, hypothesis: string, signal: AbortSignal): Promise<boolean> {
    return this.thread.current.call('contradiction', { premise, hypothesis }, { signal });
  }

  async close(): Promise<void> {
    await this.thread.close();
  }
}
