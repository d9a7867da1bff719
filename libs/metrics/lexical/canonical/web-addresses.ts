// Web addresses: "www.Quill.example/notes/" is https://quill.example/notes.

/** No part of a host is longer (RFC 1035). */
const HOST = '[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,6}';
const PATH = '(?:/[\\w-]{1,64}(?:\\.[\\w-]{1,64}){0,4}){0,8}';
const WRITTEN = new RegExp(`(?<![\\w.@/])(?:https?://(?:www\\.)?|www\\.)(${HOST}${PATH})/?`, 'gi');

export const webAddresses = (text: string): string =>
  text.replaceAll(WRITTEN, (_, address: string) => `https://${address.toLowerCase()}`);
