// On paper: what is open is printed.

import { html as css } from '../html.js';

export const paper = css`
  @media print {
    :root {
      color-scheme: light;
    }
    main {
      max-width: none;
      padding: 0;
    }
    .controls {
      display: none;
    }
    .question {
      content-visibility: visible;
      break-inside: avoid-page;
    }
    .verdict,
    .badge,
    .strip i,
    mark,
    .key {
      print-color-adjust: exact;
    }
    h2 {
      break-after: avoid;
    }
  }
`;
