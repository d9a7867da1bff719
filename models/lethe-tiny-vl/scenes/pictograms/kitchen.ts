// What a kitchen has.

import { area, bar, disc, ring } from '../shapes.js';

const cup = [
  ring('deep', 8, 70, 52, 15),
  area('main', '20 28 72 28 65 84 27 84'),
  disc('light', 46, 28, 26, 7),
  disc('brown', 46, 29, 19, 4),
];
const plate = [disc('light', 50, 50, 44), ring('main', 7, 50, 50, 35), ring('deep', 3, 50, 50, 22)];
const fork = [
  bar('main', 6, '30 6 30 34'),
  bar('main', 6, '50 6 50 34'),
  bar('main', 6, '70 6 70 34'),
  area('main', '27 30 73 30 66 44 54 50 46 50 34 44'),
  bar('deep', 9, '50 48 50 94'),
];
const pan = [
  bar('main', 12, '62 64 92 93'),
  disc('main', 40, 42, 38),
  disc('dark', 40, 42, 30),
  disc('light', 38, 42, 19, 16),
  disc('main', 40, 41, 8),
];
const kettle = [
  bar('dark', 7, '20 50 20 18 32 6 60 6 72 18 72 50'),
  area('deep', '68 70 90 38 98 44 78 84'),
  area('main', '20 92 12 66 28 46 64 46 80 66 72 92'),
  disc('light', 46, 46, 16, 5),
  disc('deep', 46, 37, 6),
];
const bowl = [
  bar('deep', 9, '36 84 64 84'),
  area('main', '5 42 95 42 87 66 70 82 30 82 13 66'),
  disc('light', 50, 42, 45, 9),
  disc('brown', 50, 43, 36, 5),
];

export const kitchen = { cup, plate, fork, pan, kettle, bowl };
