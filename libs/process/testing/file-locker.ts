// Takes a file's lock and says whether it got it, then stays until it is killed.

import { lockFile } from '../file-lock.js';

const [path = ''] = process.argv.slice(2);
console.log((await lockFile(path)) ? 'held' : 'refused');
setInterval(() => {}, 60_000);
