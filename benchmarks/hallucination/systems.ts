// The rows of the table: ways to choose tokens, as fields of a request.

import { wrong } from '../../cli/hallucination/rows.js';

export interface Settings {
  /** First and last layer of DeCo's window. */
  readonly layers: readonly [number, number];
  readonly alpha: number;
  readonly seed: number;
}

export interface System {
  readonly id: string;
  /** In the tables. */
  readonly name: string;
  /** Beside model and messages. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Of the beams that DeCo's authors publish figures for. */
const BEAMS = 5;

const known: Readonly<
  Record<string, readonly [name: string, fields: (settings: Settings) => System['fields']]>
> = {
  greedy: ['greedy', () => ({ temperature: 0 })],
  mask: [
    'the candidate mask alone (alpha 0)',
    ({ layers }) => ({ temperature: 0, decoding: { strategy: 'deco', layers, alpha: 0 } }),
  ],
  deco: ['DeCo', (settings) => ({ temperature: 0, decoding: deco(settings) })],
  dola: ['DoLa', () => ({ temperature: 0, decoding: { strategy: 'dola' } })],
  nucleus: ['nucleus', nucleus],
  'deco-nucleus': [
    'DeCo, nucleus',
    (settings) => ({ ...nucleus(settings), decoding: deco(settings) }),
  ],
  beam: ['beam', () => ({ temperature: 0, decoding: { beams: BEAMS } })],
  'deco-beam': [
    'DeCo, beam',
    (settings) => ({ temperature: 0, decoding: { ...deco(settings), beams: BEAMS } }),
  ],
};

const deco = ({ layers, alpha }: Settings) => ({ strategy: 'deco', layers, alpha });

/** As transformers samples for the authors' scripts, whose own top_k is its default. */
function nucleus({ seed }: Settings): System['fields'] {
  return { temperature: 1, top_p: 0.9, top_k: 50, seed };
}

/**
 * Greedy first, which the others are held against.
 * @param ids apart by commas.
 * @throws CommandError for one that there is not.
 */
export function systemsNamed(ids: string, settings: Settings): System[] {
  const asked = new Set(['greedy', ...ids.split(',').map((id) => id.trim())]);
  return [...asked].map((id) => {
    const row = known[id];
    if (!row) throw wrong(`--rows: expected ${Object.keys(known).join(', ')}, is "${id}"`);
    return { id, name: row[0], fields: row[1](settings) };
  });
}
