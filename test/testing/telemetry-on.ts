// Processes that load onnxruntime as it comes, until the telemetry of one looks up a name and has
// tried an address: on a busy machine one may never do so.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Watch } from './ways-out.js';

/** How long a process may take, in ms: the first look-up comes after about 10 s. */
const patience = 30_000;

const session = `
  import { InferenceSession } from 'onnxruntime-node';
  await InferenceSession.create(new Uint8Array()).catch(() => {});
  setInterval(() => {}, 1000);`;

function load(): void {
  spawn(process.execPath, ['--input-type=module', '--eval', session], { cwd: import.meta.dirname });
}

const watch = await Watch.start();
load();
const again = setInterval(load, patience);
await watch.lookup();
clearInterval(again);
for (const host of ['192.0.2.1', '2001:db8::1']) await once(createConnection(443, host), 'error');
console.log(JSON.stringify(watch.stop()));
// The processes end with their namespace.
process.exit();
