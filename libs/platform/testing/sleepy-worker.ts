// A worker process for tests: says on standard output when it has a job, and works on it until it
// is killed or stopped.

import { pino } from 'pino';
import { QueueWorkers } from '../queue/queue-workers.js';
import { RedisConnections } from '../queue/redis-connections.js';

const [url, prefix, mode, lockMs] = process.argv.slice(2) as [
  string,
  string,
  'hang' | 'finish',
  string,
];
const log = pino({ level: 'silent' });
const workers = new QueueWorkers({
  connections: new RedisConnections({ url }, log),
  prefix,
  log,
  lockMs: Number(lockMs),
});

workers.register('augment', {
  async handle(_, { signal, attempt }) {
    console.log(`active ${attempt}`);
    if (mode === 'finish') return { attempt };
    await new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
  },
});
workers.start();
process.on('SIGTERM', () => {
  workers.stop(5000).then(() => process.exit(0));
});
