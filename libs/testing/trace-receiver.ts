// An OTLP receiver for tests: it takes traces over HTTP, as a collector does, and decodes them.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';
import { afterAll, beforeAll } from 'vitest';

/** Of opentelemetry/proto/trace/v1/trace.proto and those that it imports, the fields that are looked at. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Export { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4;
    string name = 5; uint32 kind = 6; fixed64 start_time_unix_nano = 7;
    fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
    repeated Event events = 11; Status status = 15;
  }
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Status { string message = 2; uint32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue {
    oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; }
  }`);
const Export = root.lookupType('Export');

type Value = string | number | boolean;

interface Told {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: number;
  readonly endTimeUnixNano: number;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly { readonly name: string }[];
  readonly status?: { readonly code?: number };
}
interface KeyValue {
  readonly key: string;
  readonly value?: Readonly<Record<string, Value>>;
}
interface Exported {
  readonly resourceSpans: readonly {
    resource: { attributes: readonly KeyValue[] };
    scopeSpans: readonly { spans: readonly Told[] }[];
  }[];
}

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** '' of a root. */
  readonly parentId: string;
  readonly name: string;
  readonly ms: number;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly events: readonly string[];
  readonly failed: boolean;
}

export class TraceReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** All that came, for searches. */
  bytes = Buffer.alloc(0);
  /** What is answered. */
  status = 200;
  private readonly server: Server = createServer((request, reply) => {
    void this.take(request).finally(() => reply.writeHead(this.status).end());
  });

  async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  of(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  private async take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.status !== 200) return;
    const body = Buffer.concat(chunks);
    this.bytes = Buffer.concat([this.bytes, body]);
    this.spans.push(...decode(body));
  }
}

/** Call at the top of a file. */
export function useTraceReceiver(): TraceReceiver {
  const receiver = new TraceReceiver();
  beforeAll(() => receiver.listen());
  afterAll(() => receiver.close());
  return receiver;
}

function decode(body: Buffer): ReceivedSpan[] {
  const told = Export.toObject(Export.decode(body), { bytes: String, longs: Number, arrays: true });
  return (told as Exported).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => received(service, span)));
  });
}

const received = (service: string, span: Told): ReceivedSpan => ({
  service,
  traceId: hex(span.traceId),
  spanId: hex(span.spanId),
  parentId: hex(span.parentSpanId ?? ''),
  name: span.name,
  ms: (span.endTimeUnixNano - span.startTimeUnixNano) / 1e6,
  attributes: valuesOf(span.attributes),
  events: span.events.map(({ name }) => name),
  failed: span.status?.code === ERROR,
});

/** Of a status. */
const ERROR = 2;

const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

const valuesOf = (pairs: readonly KeyValue[]): Record<string, Value> =>
  Object.fromEntries(pairs.map(({ key, value = {} }) => [key, Object.values(value)[0] ?? '']));

/** The names of a span and of those above it, from the top: `gateway POST /v1/x > inference y`. */
export function pathOf(span: ReceivedSpan, all: readonly ReceivedSpan[]): string {
  const name = `${span.service.replace('lethe-', '')} ${span.name}`;
  const parent = all.find(({ spanId }) => spanId === span.parentId);
  return parent ? `${pathOf(parent, all)} > ${name}` : name;
}
