// What a beach has.

import { area, bar, disc } from '../shapes.js';

const boat = [
  bar('brown', 6, '48 6 48 66'),
  area('light', '53 10 90 58 53 58'),
  area('deep', '43 20 43 58 14 58'),
  area('main', '4 66 96 66 80 90 20 90'),
];
const umbrella = [
  bar('brown', 6, '50 14 50 86 44 94 36 90'),
  area('main', '50 8 72 15 88 30 95 52 80 45 65 52 50 45 35 52 20 45 5 52 12 30 28 15'),
  area('light', '50 8 65 52 50 45 35 52'),
];
const kite = [
  bar('light', 5, '48 74 34 80 46 88 30 95'),
  area('main', '58 4 90 36 48 76 24 28'),
  area('deep', '58 4 90 36 48 76'),
  bar('light', 4, '24 28 90 36'),
];
const ball = [
  disc('main', 50, 50, 42),
  area('light', '50 9 62 26 66 50 62 74 50 91 38 74 34 50 38 26'),
  area('deep', '84 27 91 42 91 58 84 73 76 50'),
  area('deep', '16 27 9 42 9 58 16 73 24 50'),
];
const towel = [
  bar('light', 5, '20 12 20 93'),
  bar('light', 5, '40 12 40 93'),
  bar('light', 5, '60 12 60 93'),
  bar('light', 5, '80 12 80 93'),
  area('main', '14 8 86 8 86 84 14 84'),
  area('light', '14 20 86 20 86 30 14 30'),
  area('light', '14 41 86 41 86 51 14 51'),
  area('light', '14 62 86 62 86 72 14 72'),
];
const shell = [
  area('deep', '34 80 66 80 62 95 38 95'),
  area('main', '50 88 6 46 14 24 30 12 50 8 70 12 86 24 94 46'),
  bar('light', 4, '50 84 14 40'),
  bar('light', 4, '50 84 32 18'),
  bar('light', 4, '50 84 50 14'),
  bar('light', 4, '50 84 68 18'),
  bar('light', 4, '50 84 86 40'),
];

export const beach = { boat, umbrella, kite, ball, towel, shell };
