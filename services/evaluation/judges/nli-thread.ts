// Runs the classifier on a thread of its own: a model run blocks its thread, and jobs' locks must
// renew meanwhile.

import { type Served, serve } from '#thread/serve.js';
import { NliModel } from './nli-model.js';
import type { NliProtocol } from './nli-protocol.js';

async function open(folder: string): Promise<Served<NliProtocol>> {
  const model = await NliModel.load(folder);
  return {
    calls: {
      contradiction: ({ premise, hypothesis }) => model.contradicts(premise, hypothesis),
    },
  };
}

await serve<NliProtocol>(open);
