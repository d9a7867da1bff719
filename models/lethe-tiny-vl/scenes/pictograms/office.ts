// What an office has.

import { area, bar, disc } from '../shapes.js';

const chair = [
  bar('brown', 9, '26 60 26 92'),
  bar('brown', 9, '74 60 74 92'),
  area('main', '18 6 34 6 34 56 18 56'),
  area('deep', '18 50 82 50 82 64 18 64'),
];
const laptop = [
  area('dark', '18 14 82 14 82 62 18 62'),
  area('main', '25 21 75 21 75 55 25 55'),
  area('light', '14 64 86 64 98 84 2 84'),
  bar('dark', 5, '26 71 74 71'),
];
const desk = [
  area('brown', '8 44 20 44 20 92 8 92'),
  area('brown', '54 44 92 44 92 92 54 92'),
  area('main', '2 28 98 28 98 44 2 44'),
  bar('light', 6, '66 56 80 56'),
  bar('light', 6, '66 76 80 76'),
];
const lamp = [
  bar('dark', 8, '50 48 50 86'),
  area('dark', '26 84 74 84 80 95 20 95'),
  area('main', '36 6 64 6 86 50 14 50'),
  bar('light', 6, '22 52 78 52'),
];
const book = [
  area('main', '3 22 50 30 97 22 97 86 50 95 3 86'),
  area('light', '50 26 9 14 9 76 50 86'),
  area('light', '50 26 91 14 91 76 50 86'),
  bar('dark', 4, '50 26 50 86'),
  bar('deep', 4, '18 32 41 37'),
  bar('deep', 4, '18 48 41 53'),
  bar('deep', 4, '59 37 82 32'),
  bar('deep', 4, '59 53 82 48'),
];
const phone = [
  area('dark', '28 4 72 4 72 96 28 96'),
  area('main', '34 14 66 14 66 78 34 78'),
  disc('light', 50, 87, 5),
];

export const office = { chair, laptop, desk, lamp, book, phone };
