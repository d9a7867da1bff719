// How pictures stand beside what is said of them.

import { html as css } from '#report-page/html.js';

export const looks = css`
  h3 {
    font-size: 15px;
    margin: 22px 0 2px;
  }
  .exhibit {
    display: grid;
    grid-template-columns: 288px 1fr;
    gap: 8px 26px;
    margin: 14px 0 26px;
    align-items: start;
  }
  .exhibit img {
    image-rendering: pixelated;
    border-radius: 4px;
    max-width: 100%;
    height: auto;
  }
  .exhibit dl {
    margin: 0;
  }
  .exhibit dt {
    color: var(--soft);
    font-size: 13px;
  }
  .exhibit dd {
    margin: 0 0 10px;
  }
  mark.absent {
    background: var(--leak-paper);
    color: var(--leak);
    font-weight: 600;
    text-decoration: line-through;
  }
  @media (max-width: 700px) {
    .exhibit {
      grid-template-columns: 1fr;
    }
  }
`;
