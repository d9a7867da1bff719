// First names in short: Bill is William.

import { normalWord } from './words.js';

const names = `
  william bill will billy; robert bob rob bobby; richard dick rick; james jim jimmy; thomas tom; michael mike mick; david dave; joseph joe; anthony tony;
  edward ed ted ned; benjamin ben; samuel sam; daniel dan danny; christopher chris; nicholas nick; alexander alex; andrew andy drew; steven steve; stephen steve;
  matthew matt; gregory greg; kenneth ken; lawrence larry; john jack johnny; charles chuck charlie; henry harry hank; peter pete; patrick pat; timothy tim;
  elizabeth liz beth betty eliza; katherine kate kathy katie kay; catherine kate cathy; margaret maggie meg peggy; susan sue; jennifer jenny jen; rebecca becky;
  victoria vicky; deborah debbie; dorothy dot dolly; eleanor nell ellie; patricia pat patty tricia; josephine josie jo; theodore ted; frederick fred; albert bert al
`
  .trim()
  .split(';')
  .map((line) => line.trim().split(/\s+/).map(normalWord));

/** Whether one of two first names, in normal form, is short for the other. */
export const isNickname = (a: string, b: string): boolean =>
  names.some(([full = '', ...short]) =>
    a === full ? short.includes(b) : b === full && short.includes(a),
  );
