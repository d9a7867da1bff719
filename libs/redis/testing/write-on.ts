// Writes to a Redis again and again, and says how that goes: write-on.js '<a RedisAddress as JSON>'

import { setTimeout as sleep } from 'node:timers/promises';
import { openRedis } from '../open-redis.js';
import type { RedisAddress } from '../redis-address.js';

const [, , address = ''] = process.argv;
const redis = openRedis(JSON.parse(address) as RedisAddress, { maxRetriesPerRequest: 0 });
redis.on('error', (error: Error) => console.log(`error: ${error.message}`));
for (let hasFailed = false; ; await sleep(100))
  await redis.set('key', 'value').then(
    () => console.log(hasFailed ? 'written again' : 'written'),
    (error: unknown) => {
      hasFailed = true;
      console.log(`not written: ${String(error)}`);
    },
  );
