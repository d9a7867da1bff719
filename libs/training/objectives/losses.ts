// The loss of each objective.

import type { ObjectiveName } from '#contracts/objectives/index.js';
import { altpo } from './altpo.js';
import { ceu } from './ceu.js';
import { dpo } from './dpo.js';
import { erase } from './erase.js';
import { ga } from './ga.js';
import { gd } from './gd.js';
import { idkdpo } from './idkdpo.js';
import { kl } from './kl.js';
import type { Loss } from './loss.js';
import { npo } from './npo.js';
import { pdu } from './pdu.js';
import { relearnDpo } from './relearn-dpo.js';
import { relearn } from './relearn.js';
import { rmu } from './rmu.js';
import { satimp } from './satimp.js';
import { sft } from './sft.js';
import { simnpo } from './simnpo.js';
import { undial } from './undial.js';
import { wga } from './wga.js';

export const losses: Readonly<Record<ObjectiveName, Loss>> = {
  altpo,
  ceu,
  dpo,
  erase,
  ga,
  gd,
  idkdpo,
  kl,
  npo,
  pdu,
  relearn,
  relearn_dpo: relearnDpo,
  rmu,
  satimp,
  sft,
  simnpo,
  undial,
  wga,
};
