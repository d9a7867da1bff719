// Runs the embedder on a thread of its own: a model run blocks its thread, and jobs' locks must
// renew meanwhile.

import { answerSimilarity, dot } from '#metrics/answer-similarity.js';
import { areComparable } from '#metrics/comparable-answers.js';
import { type Served, serve } from '#thread/serve.js';
import { loadEmbedder } from './embedder-model.js';
import type { EmbedderProtocol } from './embedder-protocol.js';
import { remembered } from './remembered.js';

async function open(folder: string): Promise<Served<EmbedderProtocol>> {
  const model = remembered(await loadEmbedder(folder));
  return {
    calls: {
      async similarity({ answer, gold }) {
        const vectors = await model.embed([...answer, ...gold]);
        const [left, right] = [vectors.slice(0, answer.length), vectors.slice(answer.length)];
        return left.map((a) => right.map((g) => dot(a, g)));
      },
      async answerSimilarity({ answer, gold, question }) {
        if (!areComparable(answer, gold, question)) return null;
        const vectors = await model.embed([answer, gold, question]);
        return answerSimilarity(...(vectors as [Float32Array, Float32Array, Float32Array]));
      },
    },
  };
}

await serve<EmbedderProtocol>(open);
