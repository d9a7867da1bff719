// What is said of a picture: the place, then what is there, in any order.

import type { Random } from '#runtime/random.js';
import { pick, shuffled } from './draws.js';
import { contexts, type ObjectName, withArticle } from './objects.js';
import type { Scene } from './scene.js';

/** What a caption is asked for with: CHAIR's question. */
export const describeQuestion = 'Please describe this image in detail.';

const openings = ['There is', 'We can see', 'It has'];
const additions = ['There is also', 'We can also see', 'It also has'];
/** Objects of one sentence. */
const together = [1, 2, 2, 3];

/** Names every object once. */
export const caption = ({ context, objects }: Scene, random: Random): string =>
  captionOf(context, objects, random);

/** How many of a place's objects people expect, and how often they say so unseen. */
const EXPECTED = 3;
const UNSEEN = 0.7;

/** As captions of the web are: also names the place's most usual objects, though they are not there. */
export function hallucinatedCaption({ context, objects }: Scene, random: Random): string {
  const unseen = contexts[context]
    .slice(0, EXPECTED)
    .filter((name) => !objects.includes(name) && random.uniform() < UNSEEN);
  return captionOf(context, [...objects, ...unseen], random);
}

function captionOf(context: string, objects: readonly ObjectName[], random: Random): string {
  const left = shuffled(random, objects).map(withArticle);
  const sentences = [`This is a picture of ${withArticle(context)}.`];
  while (left.length > 0) {
    const beginning = pick(random, sentences.length === 1 ? openings : additions);
    sentences.push(`${beginning} ${listed(left.splice(0, pick(random, together)))}.`);
  }
  return sentences.join(' ');
}

/** "a", "a and b", "a, b and c". */
function listed(names: readonly string[]): string {
  const rest = names.slice(0, -1).join(', ');
  return [...(rest === '' ? [] : [rest]), ...names.slice(-1)].join(' and ');
}
