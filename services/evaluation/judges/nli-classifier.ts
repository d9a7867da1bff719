// The classifier of the `nli` judge, in a thread of its own.

import '#runtime/no-telemetry.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { NliProtocol } from './nli-protocol.js';

/**
 * A local folder in the layout that transformers.js reads (config.json, tokenizer.json,
 * tokenizer_config.json, onnx/model.onnx). Calls reject where it does not fit.
 */
export class NliClassifier {
  /** Another one where the last has ended: the folder may have been mended since. */
  private readonly thread: RenewedThread<NliProtocol>;

  constructor(folder: string) {
    this.thread = new RenewedThread(new URL('nli-thread.js', import.meta.url), 'judge', folder);
  }

  contradiction(premise: string, hypothesis: string, signal: AbortSignal): Promise<boolean> {
    return this.thread.current.call('contradiction', { premise, hypothesis }, { signal });
  }

  async close(): Promise<void> {
    await this.thread.close();
  }
}
