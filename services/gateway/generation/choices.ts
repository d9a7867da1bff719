// The answers that are given, of those that are made.

import { grouped } from '#collections/grouped.js';
import type { Choice } from './completion-shape.js';
import { joined, likelihood, type Told } from './piece.js';
import type { Wanted } from './wanted.js';

/** Of each prompt in turn, the likeliest where more are made than given. */
export async function choicesOf(
  pieces: AsyncIterable<Told>,
  { made, given }: Wanted,
): Promise<Choice[]> {
  const told: Told[] = [];
  for await (const one of pieces) told.push(one);
  const choices = [...grouped(told, ({ call }) => call)]
    .toSorted(([a], [b]) => a - b)
    .map(([call, own]) => ({
      call,
      piece: joined(own.map(({ piece }) => piece)),
      prompt: own[0]?.prompt,
    }));
  if (made === given) return choices;
  return [...grouped(choices, ({ call }) => Math.floor(call / made)).values()].flatMap((own) =>
    own.toSorted((a, b) => likelihood(b.piece) - likelihood(a.piece)).slice(0, given),
  );
}
