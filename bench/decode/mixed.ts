// npm run bench:mixed: what the base model and three adapters say in one batch, next to what each says
// alone, here and by vLLM with as many places for adapters as there are and with one more. Exits 1
// where an answer of ours is another one.

import { parseArgs } from 'node:util';
import { zip } from '#collections/zip.js';
import { exists } from '../inputs.js';
import { adaptedModel } from './adapted-model.js';
import { openServer } from './lethe-server.js';
import { promptOf, type Server, type ServerRequest } from './server.js';
import { pythonOf, startVllm } from './vllm.js';

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** A virtual environment with vLLM. */
    vllm: { type: 'string', default: '.lethe/bench/vllm' },
    models: { type: 'string', default: '.lethe/bench/adapted' },
    threads: { type: 'string', default: '2' },
  },
});
const threads = Number(args.threads);
const MODELS = ['base', 'adapter 0', 'adapter 1', 'adapter 2'];
const requests: ServerRequest[] = MODELS.map((_, i) => ({
  prompt: promptOf(24, 0),
  tokens: 8,
  adapter: i === 0 ? undefined : i - 1,
}));

interface Row {
  readonly server: string;
  readonly asked: string;
  /** Whose answer, told alone, the mixed batch's is. */
  readonly answered: string;
}

async function rowsOf(server: string, { ask, close }: Server): Promise<Row[]> {
  const alone: string[] = [];
  for (const request of requests) alone.push(String((await ask([request])).tokens[0]));
  const together = await ask(requests);
  await close();
  return zip(MODELS, together.tokens).map(([asked, tokens]) => ({
    server,
    asked,
    answered: MODELS[alone.indexOf(String(tokens))] ?? 'none of them',
  }));
}

const model = await adaptedModel(args.models, 3);
const table = await rowsOf('Lethe', await openServer(model, threads));
if (await exists(pythonOf(args.vllm))) {
  for (const slots of [3, 4])
    table.push(
      ...(await rowsOf(
        `vLLM, max_loras ${slots}`,
        await startVllm(args.vllm, model, slots, threads),
      )),
    );
} else console.error(`vLLM is not in ${args.vllm}: run bench/decode/vllm.sh`);
if (args.json) console.log(JSON.stringify(table));
else console.table(table);
if (table.some(({ server, asked, answered }) => server === 'Lethe' && asked !== answered))
  process.exitCode = 1;
