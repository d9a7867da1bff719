// Puts an artifact into a new space of a new store, then says so.

import { Readable } from 'node:stream';
import { openTestStore } from '#testing/temp-store.js';

const [folder = ''] = process.argv.slice(2);
const { space } = await openTestStore(folder);
const tenant = await space('tenant');
await tenant.put(Buffer.from('put'));
await tenant.putStream(Readable.from([Buffer.from('streamed')]), { maxBytes: 100 });
await tenant.write('name', Buffer.from('named'));
console.log('done');
