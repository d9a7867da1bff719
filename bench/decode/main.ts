// npm run bench:decode: a step of inference next to node-llama-cpp's on the same GGUF files and next to
// transformers.js's on a model of the same shape, and many requests at once next to vLLM's, in turns: the
// machine's speed drifts, so that only what follows each other at once is compared. Exits 1 where a bar is
// missed.

import { parseArgs } from 'node:util';
import { besideLlama } from './beside-llama.js';
import { besideTransformersJs } from './beside-transformers-js.js';
import { besideVllm } from './beside-vllm.js';
import type { Row } from './comparison.js';

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    peer: { type: 'string', default: '.lethe/bench/llama' },
    /** A virtual environment with vLLM: bench/decode/vllm.sh makes it. */
    vllm: { type: 'string', default: '.lethe/bench/vllm' },
    /** A folder for a model with adapters; what is missing is made. */
    adapted: { type: 'string', default: '.lethe/bench/adapted' },
    /** A folder with transformers.js and its model: bench/decode/transformers-js.sh makes it. */
    'transformers-js': { type: 'string', default: '.lethe/bench/transformers-js' },
    only: { type: 'string', default: 'llama,transformers-js,vllm' },
    /** A folder with q8_0.gguf, q4_0.gguf and f16.gguf; those that are missing are made. */
    models: { type: 'string', default: '.lethe/bench/gguf' },
    rounds: { type: 'string', default: '9' },
    threads: { type: 'string', default: '2' },
  },
});
const options = {
  rounds: Number(args.rounds),
  threads: Number(args.threads),
  models: args.models,
};
const peers = {
  llama: () => besideLlama(args.peer, options),
  'transformers-js': () => besideTransformersJs(args['transformers-js'], options),
  vllm: () => besideVllm(args.vllm, args.adapted, options),
};
const table: Row[] = [];
for (const [name, beside] of Object.entries(peers))
  if (args.only.split(',').includes(name)) table.push(...(await beside()));
if (args.json) console.log(JSON.stringify(table));
else console.table(table);
if (table.some(({ ratio, bar }) => ratio !== null && ratio < bar)) process.exitCode = 1;
