// What a leaderboard has of its own to look at.

import { html as css } from '../html.js';

export const looks = css`
  main {
    max-width: none;
  }
  th button {
    all: unset;
    cursor: pointer;
    white-space: nowrap;
  }
  th button:focus-visible {
    outline: 2px solid var(--after);
  }
  th[aria-sort='descending'] button::after {
    content: ' ▼';
  }
  th[aria-sort='ascending'] button::after {
    content: ' ▲';
  }
  tbody th {
    overflow-wrap: anywhere;
    min-width: 16ch;
  }
  td .interval {
    display: block;
    color: var(--soft);
  }
  td.best {
    background: var(--none-paper);
  }
  td.best b,
  td.within b {
    color: var(--none);
  }
  td:not(.best) b {
    font-weight: 500;
  }
`;
