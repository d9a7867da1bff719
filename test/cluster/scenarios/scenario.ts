// One thing that a platform engineer wants to see, tried on the release that is installed.

import type { Checks } from '../checks.js';
import type { Release } from '../release.js';
import type { Strike } from '../strikes.js';
import type { Values } from '../values.js';

export interface Context {
  readonly release: Release;
  readonly checks: Checks;
  /** Short jobs of the scenario that counts them. */
  readonly jobs: number;
  /** In which they are placed. */
  readonly seconds: number;
  readonly seed: number;
  /** Commands from outside the cluster, such as one that kills a node. */
  readonly outside: readonly Strike[];
  /** Names of the strikes that are carried out. */
  readonly strikes: RegExp;
  /** host:port at which the cluster's Ingress controller is reached; absent: as the Ingress says. */
  readonly ingress: string | undefined;
  /** What is changed for the release that is upgraded to. */
  readonly next: Values;
}

export type Scenario = (context: Context) => Promise<void>;
