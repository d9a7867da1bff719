// Turns onnxruntime's telemetry off: it looks up and greets a host of its vendor's, and keeps a
// device id and a queue of events under ~/.cache. To be imported before onnxruntime is, and in the
// main thread of every process whose threads load it.

import { isMainThread } from 'node:worker_threads';
import { TelemetryError } from './errors/telemetry.error.js';

// The library reads the process's own environment, of which a worker thread has a copy: what it
// wrote there would turn off nothing.
if (isMainThread) process.env.ORT_DISABLE_TELEMETRY = '1';
else if (process.env.ORT_DISABLE_TELEMETRY !== '1') throw new TelemetryError();
