// A process that loads onnxruntime as it comes, until its telemetry looks up a name and has tried an
// address.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Watch } from './ways-out.js';

const session = `
  import { InferenceSession } from 'onnxruntime-node';
  await InferenceSession.create(new Uint8Array()).catch(() => {});
  setInterval(() => {}, 1000);`;

const watch = await Watch.start();
const child = spawn(process.execPath, ['--input-type=module', '--eval', session], {
  cwd: import.meta.dirname,
});
await watch.lookup();
child.kill('SIGKILL');
for (const host of ['192.0.2.1', '2001:db8::1']) await once(createConnection(443, host), 'error');
console.log(JSON.stringify(watch.stop()));
