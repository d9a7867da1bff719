// What the thread that makes figures of many rows is asked.

import type { Call } from '#thread/protocol.js';
import type { AuditFigures } from '../audit/findings.js';
import type { Tallied } from '../audit/tally.js';

export interface StatisticsProtocol {
  readonly start: undefined;
  readonly calls: {
    readonly audit: Call<Tallied, AuditFigures>;
  };
}
