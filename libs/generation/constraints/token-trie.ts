// A vocabulary as a tree of the bytes that its tokens spell, laid out in the order of a walk.

/** One node for each beginning of a token; node 0 is that of nothing. */
export class TokenTrie {
  /** The last byte of each node's beginning. */
  readonly bytes: Uint8Array;
  /** Its length in bytes. */
  readonly depths: Uint16Array;
  /** The first node after those that go on from it. */
  readonly after: Int32Array;
  /** Where the tokens that each node spells begin in `tokens`: [nodes + 1]. */
  readonly offsets: Int32Array;
  readonly tokens: Int32Array;

  /** @param spellings by token, a character for each byte; '' for tokens that spell no text. */
  constructor(readonly spellings: readonly string[]) {
    const spelling = (id: number): string => spellings[id]!;
    const ids = [...spellings.keys()].filter((id) => spelling(id) !== '');
    ids.sort((a, b) => (spelling(a) < spelling(b) ? -1 : spelling(a) > spelling(b) ? 1 : a - b));
    const [bytes, depths, after, offsets] = [[0], [0], [0], [0]];
    /** Nodes of the beginnings of the last token. */
    let open = [0];
    let before = '';
    for (const [place, id] of ids.entries()) {
      const token = spelling(id);
      const shared = sharedLength(before, token);
      for (const node of open.splice(shared + 1)) after[node] = bytes.length;
      for (let i = shared; i < token.length; i++) {
        open.push(bytes.push(token.charCodeAt(i)) - 1);
        depths.push(i + 1);
        offsets.push(place);
        after.push(0);
      }
      before = token;
    }
    for (const node of open) after[node] = bytes.length;
    this.bytes = Uint8Array.from(bytes);
    this.depths = Uint16Array.from(depths);
    this.after = Int32Array.from(after);
    this.offsets = Int32Array.from([...offsets, ids.length]);
    this.tokens = Int32Array.from(ids);
  }
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
