// Colours, light and dark.

import { html as css } from '../html.js';

export const colours = css`
  :root {
    color-scheme: light dark;
    --paper: #fff;
    --raised: #f6f7f9;
    --ink: #1a1d23;
    --soft: #5d6470;
    --line: #dfe2e8;
    --grid: #e8eaef;
    --after: #2459c9;
    --bar: #9db8f0;
    --beyond: #e59a94;
    --before: #7a818d;
    --reference: #b86a00;
    --leak: #b3261e;
    --leak-paper: #fbe9e7;
    --none: #1c6e3d;
    --none-paper: #e4f3e9;
    --open: #5d6470;
    --open-paper: #eceef2;
    --mark: #fdf0c4;
  }
  @media screen and (prefers-color-scheme: dark) {
    :root {
      --paper: #14161a;
      --raised: #1d2026;
      --ink: #e6e8ec;
      --soft: #9ba2ae;
      --line: #31353e;
      --grid: #272b33;
      --after: #82a8ff;
      --bar: #34508f;
      --beyond: #833f3a;
      --before: #9ba2ae;
      --reference: #f0a840;
      --leak: #ff9a91;
      --leak-paper: #3c1c1a;
      --none: #7fd6a0;
      --none-paper: #163222;
      --open: #b1b7c2;
      --open-paper: #2a2e36;
      --mark: #4a3f16;
    }
  }
`;
