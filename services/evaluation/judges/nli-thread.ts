// Runs the judge's models on a thread of their own: a model run blocks its thread, and jobs' locks
// must renew meanwhile.

import { zip } from '#collections/zip.js';
import { type Served, serve } from '#thread/serve.js';
import { loadEmbedder } from './embedder-model.js';
import { NliModel } from './nli-model.js';
import type { ModelFolders, NliProtocol } from './nli-protocol.js';

async function open(folders: ModelFolders): Promise<Served<NliProtocol>> {
  const loads = [NliModel.load(folders.nli), loadEmbedder(folders.embedder)] as const;
  // Where one fails, the other must not be under way any more.
  await Promise.allSettled(loads);
  const [nli, embedder] = await Promise.all(loads);
  return {
    calls: {
      contradiction: ({ premise, hypothesis }) => nli.contradicts(premise, hypothesis),
      async similarity({ answer, gold }) {
        const vectors = await embedder.embed([...answer, ...gold]);
        const [left, right] = [vectors.slice(0, answer.length), vectors.slice(answer.length)];
        return left.map((a) => right.map((g) => dot(a, g)));
      },
    },
  };
}

const dot = (a: Float32Array, b: Float32Array): number =>
  zip(a, b).reduce((sum, [x, y]) => sum + x * y, 0);

await serve<NliProtocol>(open);
