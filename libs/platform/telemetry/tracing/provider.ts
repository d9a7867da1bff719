// OpenTelemetry's SDK, set up by its own variables (OTEL_*): spans wait in a bounded buffer, and are
// dropped where it is full.

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { randomUUID } from 'node:crypto';
import type { Logger } from '../../log/logger.js';
import { readRelease } from '../../release.js';
import { WatchedExporter } from './watched-exporter.js';

export function openProvider(service: string, url: string, log: Logger): BasicTracerProvider {
  const exporter = new WatchedExporter(new OTLPTraceExporter({ url }), log);
  return new BasicTracerProvider({
    resource: resourceOf(service),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
}

/** What the variables say goes before what we do. */
const resourceOf = (service: string): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': `lethe-${service}`,
        'service.namespace': 'lethe',
        'service.version': readRelease().version,
        'service.instance.id': randomUUID(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
