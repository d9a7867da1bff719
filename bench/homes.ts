// npm run bench:homes: how often each adapter is loaded, and how busy replicas are, in a run of 500
// adapters at 10 tasks: in turns over all replicas, and at homes; calls of gRPC on 4 replicas, and a
// simulation of them and of more.

import { callAll } from './home-calls.js';
import { simulate } from './home-simulation.js';
import { efficiency, type Outcome, piecesOf } from './home-work.js';

const [adapters, tasks] = [500, 10];
const ways = [
  { way: 'in turns, model by model', isHome: false, models: () => 1 },
  { way: 'at homes, model by model', isHome: true, models: () => 1 },
  // As CELLS_AT_ONCE is for so many replicas: cells of half as many models.
  { way: 'at homes, in blocks', isHome: true, models: (replicas: number) => 8 * replicas },
];

function row(way: string, measured: string, replicas: number, outcome: Outcome): object {
  return {
    replicas,
    way,
    measured,
    'loads per adapter': Number((outcome.loads / adapters).toFixed(2)),
    seconds: Number((outcome.took / 1000).toFixed(1)),
    efficiency: Number(efficiency(outcome, adapters * tasks, replicas).toFixed(2)),
  };
}

const rows: object[] = [];
for (const { way, isHome, models } of ways) {
  const piecesFor = (replicas: number) => piecesOf({ adapters, tasks, block: models(replicas) });
  rows.push(row(way, 'calls', 4, await callAll(piecesFor(4), 4, 16, isHome)));
  for (const replicas of [1, 4, 16, 64])
    rows.push(
      row(
        way,
        'simulated',
        replicas,
        simulate(piecesFor(replicas), replicas, 4 * replicas, isHome),
      ),
    );
}
console.table(rows);
process.exit(0);
