// Web addresses: "www.Quill.example/notes/" and "quill.example/notes" are https://quill.example/notes.

/** A host of three names or more. */
export const FULL_HOST = '[\\w-]{2,63}(?:\\.[\\w-]{2,63}){1,5}\\.[a-z]{2,24}';

/** No part of a host is longer (RFC 1035). */
const HOST = '[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,6}';
const STEP = '/[\\w-]{1,64}(?:\\.[\\w-]{1,64}){0,4}';
const MARKED = `(?:https?://(?:www\\.)?|www\\.)(${HOST}(?:${STEP}){0,8})`;
/** A host alone is as often two sentences without a space. */
const WITH_PATH = `([\\w-]{1,63}(?:\\.[\\w-]{1,63}){0,5}\\.[a-z]{2,24}(?:${STEP}){1,8})`;
const WRITTEN = new RegExp(`(?<![\\w.@/-])(?:${MARKED}|${WITH_PATH})/?`, 'gi');

export const webAddresses = (text: string): string =>
  text.replaceAll(
    WRITTEN,
    (_, marked?: string, withPath?: string) =>
      `https://${(marked ?? withPath ?? '').toLowerCase()}`,
  );
