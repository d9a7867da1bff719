// Loaded before a process of inference: an answer from a knowledge base waits once its link is chosen, and
// the process says so, until a SIGUSR2 lets it and all after it go on. So a test can end one just there.

import { once } from 'node:events';
import { isMainThread } from 'node:worker_threads';
import { Thread } from '#thread/thread.js';
import { LINKED } from './inference-process.js';

if (isMainThread) {
  const released = once(process, 'SIGUSR2');
  const { call } = Thread.prototype;
  Thread.prototype.call = async function (this: Thread<never>, name, ...asked) {
    if (name === 'outcome') {
      console.log(JSON.stringify({ msg: LINKED }));
      await released;
    }
    return call.call(this, name, ...asked);
  } as typeof call;
}
