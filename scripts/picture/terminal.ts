// What a terminal shows after it was sent a text: enough of one for progress bars, tables and
// colours.

export interface Cell {
  readonly char: string;
  /** SGR codes in force, such as "1;32". */
  readonly style: string;
}

// oxlint-disable-next-line no-control-regex -- the escape character begins each of a terminal's commands
const tokens = /\x1b\[([?0-9;]*)([A-Za-z])|\x1b[78=>]|[\r\n]|[^\x1b\r\n]/gu;

/** @returns the lines of the screen, without an upper bound of their number. */
export function render(text: string): Cell[][] {
  const lines: Cell[][] = [[]];
  let row = 0;
  let column = 0;
  let style = '';
  const commands: Record<string, (n: number, parameters: string) => void> = {
    A: (n) => (row = Math.max(0, row - (n || 1))),
    B: (n) => (row += n || 1),
    C: (n) => (column += n || 1),
    D: (n) => (column = Math.max(0, column - (n || 1))),
    G: (n) => (column = (n || 1) - 1),
    K: () => line(row).splice(column),
    J: () => {
      line(row).splice(column);
      lines.splice(row + 1);
    },
    m: (_n, parameters) => (style = mergeStyle(style, parameters)),
  };
  const line = (at: number): Cell[] => {
    while (lines.length <= at) lines.push([]);
    return lines[at]!;
  };
  for (const [token, parameters = '', command] of text.matchAll(tokens)) {
    if (command) commands[command]?.(Number.parseInt(parameters, 10) || 0, parameters);
    else if (token === '\r') column = 0;
    else if (token === '\n') row += 1;
    else if (token[0] !== '\x1b') {
      const cells = line(row);
      while (cells.length < column) cells.push({ char: ' ', style: '' });
      cells[column] = { char: token, style };
      column += 1;
    }
  }
  return lines;
}

function mergeStyle(style: string, parameters: string): string {
  const codes = new Set(style.split(';').filter(Boolean));
  for (const code of (parameters || '0').split(';').map(Number)) {
    if (code === 0) codes.clear();
    else if (code === 22) for (const intensity of ['1', '2']) codes.delete(intensity);
    else if (code === 39)
      for (const old of [...codes].filter((c) => Number(c) >= 30)) codes.delete(old);
    else codes.add(String(code));
  }
  return [...codes].join(';');
}
