// OpenTelemetry's own variables, as far as Lethe knows them: its SDK reads them from the process.

import { z } from 'zod';

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const share = 'a number from 0 to 1';
const http = { protocol: /^https?$/, error: 'expected a URL like http://collector:4318' };

export const tracingEnv = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url(http)
    .optional()
    .describe(
      'The OpenTelemetry collector that [traces](../guides/observe.md#traces) go to; `/v1/traces` is added. Without it, and without the next one, none are made.',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .url(http)
    .optional()
    .describe('The same for traces alone, as it is: nothing is added.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe(
      'Headers that go with traces, such as `authorization=Bearer%20...`; several with commas.',
    ),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf'])
    .default('http/protobuf')
    .describe('How traces are sent.'),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'none'])
    .default('otlp')
    .describe('`none`: no traces are made, whatever the endpoint.'),
  OTEL_SDK_DISABLED: z
    .stringbool()
    .meta({ expected: 'true or false' })
    .default(false)
    .describe('The same, in the other words that OpenTelemetry has for it.'),
  OTEL_TRACES_SAMPLER: z
    .enum(samplers)
    .default('parentbased_always_on')
    .describe('Which traces are kept. `parentbased_`: as whoever called says, where anybody did.'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .refine((text) => Number(text) >= 0 && Number(text) <= 1, `expected ${share}`)
    .meta({ expected: share })
    .default('1')
    .describe('The share of traces that a `traceidratio` keeps.'),
  OTEL_SERVICE_NAME: z.string().optional().meta({
    default: "`lethe-` and the service's name",
    description: 'The name of the service in traces.',
  }),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe(
      'What else traces say of the service: `deployment.environment.name=eu,k8s.pod.name=x`.',
    ),
};

const schema = z.object(tracingEnv);
export type TracingEnv = Readonly<z.infer<typeof schema>>;

/** Where traces go; undefined: none are made. */
export function traceUrl(env: TracingEnv): string | undefined {
  if (env.OTEL_SDK_DISABLED || env.OTEL_TRACES_EXPORTER === 'none') return undefined;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = env;
  return whole ?? (base && `${base.replace(/\/$/, '')}/v1/traces`);
}
