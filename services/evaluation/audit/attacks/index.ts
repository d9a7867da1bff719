// The attacks that there are, by the names that an audit gives them.

import type { AttackName } from '#contracts/probes.js';
import type { Attack } from '../probe.js';
import { affirmative } from './affirmative.js';
import { direct } from './direct.js';
import { fewShot } from './few-shot.js';
import { firstQuarter } from './first-quarter.js';
import { firstThreeWords } from './first-three-words.js';
import { firstWord } from './first-word.js';
import { insistence } from './insistence.js';
import { json } from './json.js';
import { manyShot } from './many-shot.js';
import { otherLanguage } from './other-language.js';
import { paraphrase } from './paraphrase.js';
import { reverse } from './reverse.js';
import { rolePlay } from './role-play.js';
import { samples } from './samples.js';

export const attacks: Readonly<Record<AttackName, Attack>> = {
  direct,
  'first-word': firstWord,
  'first-three-words': firstThreeWords,
  'first-quarter': firstQuarter,
  affirmative,
  'role-play': rolePlay,
  'few-shot': fewShot,
  paraphrase,
  'other-language': otherLanguage,
  json,
  insistence,
  reverse,
  'many-shot': manyShot,
  samples,
  'half-scale': direct,
  'half-scale-three-words': firstThreeWords,
  int8: direct,
  'int8-three-words': firstThreeWords,
  nf4: direct,
  'nf4-three-words': firstThreeWords,
  'relearn-forget': direct,
  'relearn-retain': direct,
  'relearn-unrelated': direct,
};
