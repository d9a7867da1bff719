// Tables of Markdown.

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export const heading = (cells: readonly string[]): string =>
  `${tableRow(cells)}\n|${'---|'.repeat(cells.length)}`;

/** Three places: .875. */
export const figure = (x: number | null): string => x?.toFixed(3).replace(/^0/, '') ?? '-';
