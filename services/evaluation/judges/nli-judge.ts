// The `nli` judge: likeness by sentence embeddings, contradiction by an NLI classifier, entities by
// spelling.

import '#runtime/no-telemetry.js';
import type { Judge } from '#metrics/judge.js';
import { lexicalEntities } from '#metrics/lexical/lexical-judge.js';
import { Thread } from '#thread/thread.js';
import type { ModelFolders, NliProtocol } from './nli-protocol.js';

/**
 * Judge over models in two local folders, in the layout that transformers.js reads (config.json,
 * tokenizer.json, tokenizer_config.json, onnx/model.onnx). Calls reject where a folder does not
 * fit.
 */
export class NliJudge implements Judge {
  readonly name = 'nli';
  private opened: Thread<NliProtocol> | undefined;

  constructor(private readonly folders: ModelFolders) {}

  entities(text: string, question: string, role: 'gold' | 'answer'): Promise<string[]> {
    return Promise.resolve(lexicalEntities(text, question, role));
  }

  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]> {
    return this.thread().call('similarity', { answer, gold });
  }

  contradiction(premise: string, hypothesis: string): Promise<boolean> {
    return this.thread().call('contradiction', { premise, hypothesis });
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
