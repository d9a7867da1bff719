// The verdict.

import { html as css } from '../html.js';

export const verdict = css`
  small,
  .lead,
  .interval,
  .basis,
  .brand {
    color: var(--soft);
  }
  .brand {
    margin: 0 0 4px;
    font-size: 13px;
  }
  .basis {
    margin: 10px 0 0;
  }
  .verdict {
    border-left: 6px solid var(--tone);
    background: var(--tone-paper);
    border-radius: 4px;
    padding: 18px 22px;
  }
  .passed {
    --tone: var(--none);
    --tone-paper: var(--none-paper);
  }
  .failed {
    --tone: var(--leak);
    --tone-paper: var(--leak-paper);
  }
  .verdict.open {
    --tone: var(--open);
    --tone-paper: var(--open-paper);
  }
  .outcome {
    color: var(--tone);
    font-size: 24px;
    font-weight: 650;
    line-height: 1.2;
    margin: 0;
  }
  .sentence {
    font-size: 16.5px;
    margin: 6px 0 0;
  }
  .verdict ul {
    margin: 10px 0 0;
    padding-left: 20px;
  }
`;
