// Takes the lock of a folder when it is told to, says whether it got it, and lives on.

import { once } from 'node:events';
import { FolderLock } from '../folder-lock.js';

const [folder = ''] = process.argv.slice(2);
process.send!('ready');
await once(process, 'message');
const got = await FolderLock.take(folder).then(
  () => true,
  () => false,
);
process.send!(got);
await once(process, 'disconnect');
