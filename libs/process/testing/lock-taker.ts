// Takes a lock whenever it is told to, says whether it got it, and lives on.

import { takeLock } from '../process-lock.js';

const [path = ''] = process.argv.slice(2);
process.on('message', () => void takeLock(path).then((holder) => process.send!(holder === null)));
process.on('disconnect', () => process.exit());
process.send!('ready');
