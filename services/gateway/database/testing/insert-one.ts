// Commits a row to the database in a folder, says so, and ends without closing it.

import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { silent } from '#testing/queue.js';
import { Database } from '../database.js';
import { tenants } from '../schema.js';

const [dataDir = '', id = ''] = process.argv.slice(2);
const database = await Database.open({ dataDir }, silent);
await database.sql.insert(tenants).values({ id, name: '' as SealedText });
console.log('done');
process.exit();
