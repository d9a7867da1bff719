// What a file is that is not what its name says, told by its first bytes.

/** By a beginning in hexadecimal. */
const KINDS: readonly (readonly [string, string])[] = [
  [hex('version '), 'a Git LFS pointer ("git lfs pull" fetches the file itself)'],
  [hex('GGUF'), 'a GGUF file'],
  ['504b0304', 'a zip archive, as pickles of PyTorch are'],
  ['8002', 'a pickle'],
  ['8004', 'a pickle'],
  ['1f8b', 'a gzip archive'],
  [hex('<'), 'a web page or XML'],
];

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** Undefined for what begins as none of the kinds. @param beginning the file's first bytes */
export function foreignKind(beginning: Uint8Array): string | undefined {
  const head = Buffer.from(beginning.subarray(0, 8)).toString('hex');
  return KINDS.find(([start]) => head.startsWith(start))?.[1];
}
