// Draws a recorded terminal session: script -qec 'make demo' demo.rec && npm run picture -- demo.rec
// docs/demo.svg

import { readFileSync, writeFileSync } from 'node:fs';
import { toSvg } from './svg.js';
import { render } from './terminal.js';

const [, , recording, picture] = process.argv;
if (!recording || !picture) throw new Error('usage: main.js <recording> <picture.svg>');
const lines = render(
  readFileSync(recording, 'utf8')
    .replace(/^Script started.*\n/, '')
    .replace(/\nScript done[^]*$/, ''),
);
while (lines.at(-1)?.length === 0) lines.pop();
writeFileSync(picture, toSvg(lines));
