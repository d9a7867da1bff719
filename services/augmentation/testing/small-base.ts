// A small knowledge base of invented things, in two languages.

import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';

const heads = ['Bal', 'Cor', 'Dex', 'Fen', 'Gar', 'Hol', 'Jun', 'Kel', 'Lor', 'Mav'];
const tails = ['adrine', 'ovex', 'imal', 'utane'];
const effects = ['headache', 'nausea', 'dry mouth', 'dizziness', 'rash', 'fatigue', 'hiccups'];
const kinds = ['pills', 'drops', 'ointment'];

const english = heads.flatMap((head, i) =>
  tails.map((tail, j): Entity => {
    const at = i * tails.length + j;
    const name = `${head}${tail} ${kinds[at % 3]}`;
    return {
      id: `m${at}`,
      type: 'medicine',
      name,
      aliases: at % 2 === 0 ? [`${tail} of ${head}ia`] : [],
      attributes: new Map([
        ['side_effects', [effects[at % 7]!, effects[(at + 3) % 7]!]],
        ['dosage', [`${1 + (at % 4)} a day`]],
        ...(at % 3 === 0 ? [] : [['storage', [`below ${10 + at} degrees`]] as const]),
      ]),
    };
  }),
);

const chinese = ['青麻热', '白石咳', '赤岭疹', '黄沙痛', '黑水晕', '紫云肿'].map(
  (name, i): Entity => ({
    id: `z${i}`,
    type: '疾病',
    name: `${name}综合征`,
    aliases: [`${name}症`],
    attributes: new Map([
      ['症状', ['乏力', '低烧', '胸闷', '失眠'].slice(0, 1 + (i % 4))],
      ['就诊科室', [['甲科', '乙科'][i % 2]!]],
    ]),
  }),
);

export const smallBase = new KnowledgeBase([...english, ...chinese]);
