// Pairs of words that CHAIR reads as one.

import type { Synonyms } from './synonyms.js';

/** Beyond the pairs of a table of synonyms; those without an object hide a word that has one. */
const pairs =
  'air plane,traffic light,street light,traffic signal,stop light,fire hydrant,stop sign,parking meter,suit case,sports ball,baseball bat,baseball glove,tennis racket,wine glass,hot dog,cell phone,mobile phone,teddy bear,hair drier,potted plant,laptop computer,motor bike,motor cycle,home plate,train track';

/** A baby bird is a bird, not a person. */
const animals = 'bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,animal,cub';
/** So is a passenger jet no passenger. */
const vehicles = 'jet,train';

const fixed: ReadonlyMap<string, string> = new Map([
  ...pairs.split(',').map((pair) => [pair, pair] as const),
  ...animals
    .split(',')
    .flatMap((animal) => [
      [`baby ${animal}`, animal] as const,
      [`adult ${animal}`, animal] as const,
    ]),
  ...vehicles.split(',').map((vehicle) => [`passenger ${vehicle}`, vehicle] as const),
  ['bow tie', 'tie'],
  ['toilet seat', 'toilet'],
]);

/**
 * By pair, the word that it is read as. Pairs of the table are read as one unless a word of theirs names
 * the same object by itself ("dining table"): the script counts those as two words.
 */
export function doubleWords(synonyms: Synonyms): ReadonlyMap<string, string> {
  const ofTable = [...synonyms].flatMap(([entry, name]) => {
    const words = entry.split(' ');
    const joined = words.length === 2 && words.every((word) => synonyms.get(word) !== name);
    return joined && !words.includes('') ? [[entry, entry] as const] : [];
  });
  return new Map([...ofTable, ...fixed]);
}
