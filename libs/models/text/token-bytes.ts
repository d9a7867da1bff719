// The bytes that tokens stand for, of which a character may take several tokens.

/** GPT-2's characters for bytes: printable ones are themselves, the others follow from 256 on. */
const isPrintable = (byte: number): boolean =>
  (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
const BYTES: ReadonlyMap<string, number> = byteAlphabet();
const BYTE_TOKEN = /^<0x([0-9A-F]{2})>$/;

/** With a memory of their own: they go from thread to thread. */
export const utf8Bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A token of a byte-level vocabulary, which has a character for each byte. */
export function byteLevelBytes(token: string): Uint8Array {
  return Uint8Array.from(
    [...token].flatMap((character) => BYTES.get(character) ?? [...utf8Bytes(character)]),
  );
}

/** A piece of SentencePiece's, in which spaces are drawn and bytes spelt. */
export function pieceBytes(token: string): Uint8Array {
  const byte = BYTE_TOKEN.exec(token)?.[1];
  return byte === undefined
    ? utf8Bytes(token.replaceAll('\u2581', ' '))
    : Uint8Array.of(Number.parseInt(byte, 16));
}

function byteAlphabet(): Map<string, number> {
  let next = 256;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [
      String.fromCodePoint(isPrintable(byte) ? byte : next++),
      byte,
    ]),
  );
}
