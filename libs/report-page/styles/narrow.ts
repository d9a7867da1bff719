// Narrow screens.

import { html as css } from '../html.js';

export const narrow = css`
  @media (max-width: 700px) {
    main {
      padding: 22px 16px 48px;
    }
    h1 {
      font-size: 21px;
    }
    .outcome {
      font-size: 21px;
    }
    .verdict {
      padding: 14px 16px;
    }
    .plot-row {
      grid-template-columns: 1fr auto;
      padding: 8px 0;
    }
    .plot-row .marks {
      grid-column: 1 / -1;
      grid-row: 2;
      padding: 0 12px;
    }
    .plot-row .said {
      text-align: right;
    }
    .plot-row.axis > :not(.marks) {
      display: none;
    }
    .question summary {
      grid-template-columns:
        26px
        1fr auto;
    }
    .strip {
      grid-column: 2;
      grid-row: 2;
      margin-top: 5px;
    }
    .badge {
      align-self: start;
    }
    .question > :not(summary) {
      margin-left: 0;
    }
    .answer {
      grid-template-columns: auto 1fr;
      padding: 5px 0;
    }
    .answer > div {
      grid-column: 1 / -1;
    }
    .texts > div,
    .facts > div {
      grid-template-columns: 1fr;
    }
  }
`;
