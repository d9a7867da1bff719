// The `nli` judge: likeness by sentence embeddings, contradiction by an NLI classifier, entities by
// spelling.
import { Worker } from 'node:worker_threads';
import { revive } from '#failure/failure-data.js';
import type { Judge } from '#metrics/judge.js';
import { lexicalEntities } from '#metrics/lexical/lexical-judge.js';
import type { Call, Close, ModelFolders, Reply } from './nli-thread.js';

type Request = Call extends infer C ? (C extends Call ? Omit<C, 'id'> : never) : never;
interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Judge over models in two local folders, in the layout that transformers.js reads (config.json,
 * tokenizer.json, tokenizer_config.json, onnx/model.onnx). Calls reject where a folder does not
 * fit.
 */
export class NliJudge implements Judge {
  readonly name = 'nli';
  private readonly worker: Worker;
  private readonly exited: Promise<unknown>;
  private readonly pending = new Map<number, Pending>();
  private count = 0;

  constructor(folders: ModelFolders) {
    this.worker = new Worker(new URL('nli-thread.js', import.meta.url), { workerData: folders });
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('error', (error: Error) => this.fail(error));
    this.exited = new Promise((resolve) => this.worker.once('exit', resolve));
    // An idle judge does not keep the process alive; a call in flight does.
    this.worker.unref();
  }

  entities(text: string, question: string, role: 'gold' | 'answer'): Promise<string[]> {
    return Promise.resolve(lexicalEntities(text, question, role));
  }

  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]> {
    return this.call({ do: 'similarity', answer, gold }) as Promise<number[][]>;
  }

  contradiction(premise: string, hypothesis: string): Promise<boolean> {
    return this.call({ do: 'contradiction', premise, hypothesis }) as Promise<boolean>;
  }

  async close(): Promise<void> {
    this.worker.ref();
    this.worker.postMessage({ do: 'close' } satisfies Close, []);
    await this.exited;
    this.fail(new Error('the judge was closed'));
  }

  private call(request: Request): Promise<unknown> {
    const id = this.count++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, ...request }, []);
    });
  }

  private settle(reply: Reply): void {
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if (this.pending.size === 0) this.worker.unref();
    if ('result' in reply) pending?.resolve(reply.result);
    else pending?.reject(revive(reply.failure));
  }

  private fail(error: Error): void {
    for (const pending of this.pending.values()) pending.reject(error);
    this.pending.clear();
  }
}
