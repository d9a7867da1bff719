// What a street has.

import { area, bar, disc, ring } from '../shapes.js';

const car = [
  area('main', '3 58 18 52 30 30 66 30 80 52 97 58 97 76 3 76'),
  area('light', '34 36 47 36 47 52 27 52'),
  area('light', '52 36 63 36 72 52 52 52'),
  disc('dark', 26, 77, 12),
  disc('dark', 74, 77, 12),
  disc('light', 26, 77, 5),
  disc('light', 74, 77, 5),
];
const bus = [
  area('main', '6 14 94 14 94 80 6 80'),
  area('light', '12 24 27 24 27 46 12 46'),
  area('light', '32 24 47 24 47 46 32 46'),
  area('light', '52 24 67 24 67 46 52 46'),
  area('light', '72 24 88 24 88 70 72 70'),
  area('deep', '6 54 67 54 67 62 6 62'),
  disc('dark', 26, 82, 11),
  disc('dark', 70, 82, 11),
];
const sign = [
  bar('brown', 9, '50 50 50 94'),
  area('main', '37 4 63 4 80 21 80 45 63 62 37 62 20 45 20 21'),
  bar('light', 11, '34 33 66 33'),
];
const tree = [
  bar('brown', 14, '50 56 50 92'),
  disc('green', 28, 46, 21),
  disc('green', 72, 46, 21),
  disc('green', 50, 30, 27),
];
const bicycle = [
  ring('dark', 7, 24, 66, 19),
  ring('dark', 7, 76, 66, 19),
  bar('main', 7, '24 66 40 36 68 36 76 66'),
  bar('main', 7, '24 66 52 66 68 36'),
  bar('main', 7, '52 66 40 36'),
  bar('dark', 6, '68 36 64 22 78 20'),
  bar('dark', 8, '32 32 48 32'),
];
const bench = [
  bar('dark', 8, '20 24 20 88'),
  bar('dark', 8, '80 24 80 88'),
  bar('brown', 10, '8 28 92 28'),
  bar('brown', 10, '8 44 92 44'),
  bar('main', 13, '6 62 94 62'),
];

export const street = { car, bus, sign, tree, bicycle, bench };
