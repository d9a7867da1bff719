// Values that every run of the suite installs with: small, over several nodes, and with a database
// and a Redis of the release's own, so that the suite may end them.

import { components } from './components.js';

export type Values = Readonly<Record<string, unknown>>;

/** Requests for a scheduler on few cores; a service has as many threads as cores, rounded up. */
const resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '2Gi' } };

export const suiteValues: Values = {
  singleNode: false,
  database: { type: 'internal' },
  redis: { type: 'internal' },
  artifacts: { volume: { accessModes: ['ReadWriteMany'] } },
  keys: { volume: { accessModes: ['ReadWriteMany'] } },
  ...Object.fromEntries(components.map((name) => [name, { resources }])),
  gateway: { resources, replicas: 2 },
  // A checkpoint after each step of a short job.
  training: { resources, settings: { CHECKPOINT_STEPS: '1' } },
};
