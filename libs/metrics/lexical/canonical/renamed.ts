// What goes by several names, in one of them.

type Renaming = (text: string) => string;

/**
 * @param names patterns of what stands for it, and the name that it gets.
 * @param around what must stand before such a name, and after it.
 */
export function renamed(
  names: readonly (readonly [forms: string, name: string])[],
  [start, end]: readonly [start: string, end: string],
): Renaming {
  const patterns = names.map(
    ([forms, name]) => [new RegExp(`${start}(?:${forms})${end}`, 'gu'), name] as const,
  );
  return (text) => patterns.reduce((written, [form, name]) => written.replaceAll(form, name), text);
}
