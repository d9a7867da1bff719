// Makes figures on a thread of its own: resampling ten thousand questions takes seconds, while jobs'
// locks must renew, health checks be answered and other jobs' answers be read.

import { serve } from '#thread/serve.js';
import { figuresOf } from '../audit/findings.js';
import { Tally } from '../audit/tally.js';
import type { StatisticsProtocol } from './statistics-protocol.js';

await serve<StatisticsProtocol>(() => ({
  calls: { audit: (tallied) => figuresOf(new Tally(tallied)) },
}));
