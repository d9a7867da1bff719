// CHAIR: which objects does a model see that are not in the picture? (Rohrbach et al. 2018, arXiv
// 1809.02156)

import { type Example, imagesOf } from '#contracts/examples.js';
import { chairCounts } from '#metrics/hallucination/chair/chair.js';
import { objectReader } from '#metrics/hallucination/chair/objects.js';
import { type Synonyms, synonymsOf } from '#metrics/hallucination/chair/synonyms.js';
import { seeing } from './seeing.js';

export const chair = seeing('chair', async (exam) => {
  const synonyms = tableOf(await exam.beside());
  const read = objectReader(synonyms);
  return ({ objects = [], answer: gold }, answer) => {
    const truth = new Set(objects.map((word) => synonyms.get(word) ?? word));
    const named = read(answer);
    return {
      gold,
      figures: chairCounts(named, truth),
      absent: named.objects.filter((object) => !truth.has(object)),
    };
  };
});

/**
 * A row without a picture is a line of the table: an object's name, and other words for it. Of pictures
 * the objects have no other word than their names.
 */
const tableOf = (rows: readonly Example[]): Synonyms =>
  synonymsOf(
    rows.flatMap((row) => {
      const { objects = [] } = row;
      return imagesOf(row).length > 0 ? objects.map((name) => [name]) : [objects];
    }),
  );
