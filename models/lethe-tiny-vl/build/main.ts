// Rebuilds models/lethe-tiny-vl: tower, text, both together, and the prior; and examines it.
// `npm run model:tiny-vl [-- --check] [--scenes 300] [--from 0] [--out folder] [--work folder]`

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildModel } from './build.js';
import { check } from './check.js';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean' },
    scenes: { type: 'string', default: '300' },
    from: { type: 'string', default: '0' },
    /** Where phases leave what they made: one that has left it is not run again. */
    work: { type: 'string' },
    out: {
      type: 'string',
      // From dist/models/lethe-tiny-vl/build.
      default: fileURLToPath(new URL('../../../../models/lethe-tiny-vl/', import.meta.url)),
    },
  },
});

if (!options.check) await buildModel(options.out, options.work);
await check({
  modelPath: options.out,
  scenes: Number(options.scenes),
  from: Number(options.from),
});
