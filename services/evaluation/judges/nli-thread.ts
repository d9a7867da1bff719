// Runs the judge's models on a thread of their own: a model run blocks its thread, and jobs' locks
// must renew meanwhile.
import { parentPort, workerData } from 'node:worker_threads';
import { type FailureData, toData } from '#failure/failure-data.js';
import { EmbedderModel, NliModel } from './local-models.js';

export interface ModelFolders {
  readonly nli: string;
  readonly embedder: string;
}
export type Call =
  | {
      readonly id: number;
      readonly do: 'contradiction';
      readonly premise: string;
      readonly hypothesis: string;
    }
  | {
      readonly id: number;
      readonly do: 'similarity';
      readonly answer: readonly string[];
      readonly gold: readonly string[];
    };
/**
 * Ends the thread once nothing native is under way: a thread torn down while a session loads takes
 * the process with it.
 */
export type Close = { readonly do: 'close' };
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: FailureData };

const folders = workerData as ModelFolders;
const port = parentPort!;
const loads = [NliModel.load(folders.nli), EmbedderModel.load(folders.embedder)] as const;
const models = Promise.all(loads);

async function answer(call: Call): Promise<unknown> {
  const [nli, embedder] = await models;
  if (call.do === 'contradiction') return nli.contradicts(call.premise, call.hypothesis);
  const vectors = await embedder.embed([...call.answer, ...call.gold]);
  const [left, right] = [vectors.slice(0, call.answer.length), vectors.slice(call.answer.length)];
  return left.map((a) => right.map((g) => a.reduce((dot, x, i) => dot + x * g[i]!, 0)));
}

// The load's failure reaches every caller as its answer; unobserved here, it would end the process.
models.catch(() => {});
port.on('message', (call: Call | Close) => {
  if (call.do === 'close') return void Promise.allSettled(loads).then(() => process.exit());
  answer(call).then(
    (result) => port.postMessage({ id: call.id, result } satisfies Reply),
    (error: unknown) => port.postMessage({ id: call.id, failure: toData(error) } satisfies Reply),
  );
});
