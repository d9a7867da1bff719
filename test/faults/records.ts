// What the database and the queues must be like when every job has ended.

import { Client } from 'pg';
import { pino } from 'pino';
import { catalog, type JobName } from '#contracts/jobs.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';

/** Each answers with what must not be, as text. */
const questions: Readonly<Record<string, string>> = {
  'flow open': `SELECT id FROM jobs WHERE flow_open`,
  'events doubled': `
    SELECT job_id || ': ' || message FROM job_events GROUP BY job_id, message HAVING count(*) > 1`,
  'end is not the last event, once': `
    SELECT job_id FROM job_events GROUP BY job_id
    HAVING count(*) FILTER (WHERE key = 'ended') <> 1
      OR max(seq) <> max(seq) FILTER (WHERE key = 'ended')`,
  'not one model': `
    SELECT jobs.id FROM jobs LEFT JOIN models ON models.job_id = jobs.id
    WHERE jobs.status = 'succeeded' GROUP BY jobs.id HAVING count(models.id) <> 1`,
  'stage not succeeded': `
    SELECT job_id || ': ' || stage || ' ' || job_stages.status
    FROM job_stages JOIN jobs ON jobs.id = job_id
    WHERE jobs.status = 'succeeded' AND job_stages.status <> 'succeeded'`,
  'lease not held': `SELECT name FROM leases WHERE expires_at < clock_timestamp()`,
};

/** @returns one sentence for each thing that must not be. */
export async function checkDatabase(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found: string[] = [];
    for (const [name, text] of Object.entries(questions)) {
      const { rows } = await client.query<[string]>({ text, rowMode: 'array' });
      found.push(...rows.map(([row]) => `database, ${name}: ${row}`));
    }
    return found;
  } finally {
    await client.end();
  }
}

/** @returns one sentence for each queue that still has jobs. */
export async function checkQueues(url: string, prefix: string): Promise<string[]> {
  const connections = new RedisConnections({ url }, pino({ level: 'silent' }));
  const producer = new QueueProducer(connections, prefix);
  try {
    const found: string[] = [];
    for (const name of Object.keys(catalog) as JobName[]) {
      const left = Object.entries(await producer.counts(name)).filter(([, count]) => count > 0);
      found.push(...left.map(([state, count]) => `queue ${name}: ${count} ${state}`));
    }
    return found;
  } finally {
    connections.close();
  }
}
