// Sorts a table by the column whose heading is clicked: the one script there is, by its hash the only
// one that the page may run.

import { createHash } from 'node:crypto';
import { html as script } from '../html.js';

/** Once more the other way around; rows without the figure stay last. */
const code = script`
for (const button of document.querySelectorAll('th button'))
  button.addEventListener('click', () => {
    const heading = button.closest('th');
    const table = button.closest('table');
    const down = heading.ariaSort !== 'descending';
    for (const other of table.querySelectorAll('th')) other.removeAttribute('aria-sort');
    heading.ariaSort = down ? 'descending' : 'ascending';
    const key = (row) => row.cells[heading.cellIndex].dataset.value;
    const order = (one, other) => {
      const [a, b] = [key(one), key(other)];
      if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
      const less = heading.cellIndex === 0 ? a.localeCompare(b) : a - b;
      return down ? -less : less;
    };
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(order));
  });
`;

export const sorting = script`<script>${code}</script>`;

export const sortingHash = `'sha256-${createHash('sha256').update(code.text).digest('base64')}'`;
