// How many adapters are in memory and what they take, by base model: their names are tenants'.

import { Gauge } from 'prom-client';
import type { Metrics } from '#platform/telemetry/metrics.js';
import type { Models } from './models.js';

export function measureAdapters({ registry }: Metrics, models: Pick<Models, 'held'>): void {
  const gauge = (name: string, help: string, figure: 'adapters' | 'adapterBytes'): void => {
    const shown: Gauge<'model_name'> = new Gauge({
      name: `lethe_inference_${name}`,
      help,
      labelNames: ['model_name'],
      registers: [registry],
      collect() {
        // A model that has made room is not shown any more.
        shown.reset();
        for (const held of models.held()) shown.set({ model_name: held.base }, held[figure]);
      },
    });
  };
  gauge('adapters', 'Adapters in memory', 'adapters');
  gauge(
    'adapter_bytes',
    'Bytes of adapters in memory, as counted for ADAPTER_BYTES',
    'adapterBytes',
  );
}
