// A stage's name for people.

import type { StageName } from '#contracts/stages.js';

export const stageTitles: Readonly<Record<StageName, string>> = {
  before: 'judge before',
  augment: 'augment',
  train: 'train',
  after: 'judge after',
  audit: 'audit',
  publish: 'publish',
};
