// HTML by template literals: whatever is put into one is escaped, unless it is such HTML itself.

/** Text that is HTML already. Nothing but `html` makes it. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

export type Interpolated = Html | string | number | undefined | readonly Interpolated[];

/**
 * @returns what may be put into other templates as it is, without the source's indentation.
 * Attributes are to be quoted.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Interpolated[]): Html {
  let text = '';
  for (const [at, literal] of unindented(literals).entries()) text += literal + escaped(values[at]);
  return new Html(text);
}

/** By the template, of which there is one for each place in the source. */
const known = new WeakMap<TemplateStringsArray, readonly string[]>();

function unindented(literals: TemplateStringsArray): readonly string[] {
  const done = known.get(literals) ?? literals.map((text) => text.replaceAll(/\n\s+/g, '\n'));
  known.set(literals, done);
  return done;
}

function escaped(value: Interpolated): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(escaped).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
