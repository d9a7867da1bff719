// All scenarios, in the order in which they run.

import { fromZero } from './from-zero.js';
import { gpus } from './gpus.js';
import { handover } from './handover.js';
import { helmTest } from './helm-test.js';
import { ingress } from './ingress.js';
import { keda } from './keda.js';
import { load } from './load.js';
import { network } from './network.js';
import { replicas } from './replicas.js';
import { request } from './request.js';
import type { Scenario } from './scenario.js';
import { upgrade } from './upgrade.js';

export const scenarios = {
  request,
  'helm-test': helmTest,
  gpus,
  network,
  ingress,
  handover,
  load,
  upgrade,
  replicas,
  'from-zero': fromZero,
  keda,
} satisfies Record<string, Scenario>;
export type ScenarioName = keyof typeof scenarios;
