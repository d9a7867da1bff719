// Writes an embedded database that holds nothing: node scripts/empty-database.js <file.tar.gz>

import { PGlite } from '@electric-sql/pglite';
import { writeFileSync } from 'node:fs';

const [, , file] = process.argv;
const database = await PGlite.create();
const folder = await database.dumpDataDir('gzip');
await database.close();
writeFileSync(file, Buffer.from(await folder.arrayBuffer()));
