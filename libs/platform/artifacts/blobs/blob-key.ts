// What may name a blob: nothing that a file system or a URL could take for something else.

const PART = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/;

export const isPart = (text: string): boolean => PART.test(text);

export const isKey = (text: string): boolean => text.split('/').every(isPart);

/** @throws TypeError */
export function checkKey(key: string): void {
  if (isKey(key)) return;
  throw new TypeError(
    `${JSON.stringify(key)} is no key: expected parts of 1 to 128 letters, digits, ".", "_" or "-", joined by "/"`,
  );
}

/** @throws TypeError */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkFolder(prefix);
}

/** A prefix that does not name a whole store. @throws TypeError */
export function checkFolder(prefix: string): void {
  if (prefix.endsWith('/') && isKey(prefix.slice(0, -1))) return;
  throw new TypeError(`${JSON.stringify(prefix)} is no prefix: expected a key that ends in "/"`);
}
