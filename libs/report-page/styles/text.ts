// The page, its headings and its texts.

import { html as css } from '../html.js';

export const text = css`
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0;
    background: var(--paper);
    color: var(--ink);
    font:
      15px/1.5 system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Noto Sans',
      sans-serif;
  }
  main {
    max-width: 1040px;
    margin: 0 auto;
    padding: 36px 28px 64px;
  }
  h1 {
    font-size: 26px;
    line-height: 1.25;
    margin: 0 0 20px;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: 19px;
    margin: 0 0 4px;
  }
  main > section {
    margin-top: 44px;
  }
  code {
    font:
      0.92em ui-monospace,
      SFMono-Regular,
      Menlo,
      Consolas,
      monospace;
  }
  small {
    font-size: 12.5px;
  }
  .lead {
    margin: 0 0 16px;
    max-width: 76ch;
  }
  .interval {
    font-size: 12.5px;
    white-space: nowrap;
  }
  mark {
    background: var(--mark);
    color: inherit;
    border-radius: 2px;
    padding: 0 2px;
  }
  .words {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
`;
