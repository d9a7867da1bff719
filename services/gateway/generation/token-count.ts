// What a call has taken, counted once it is over: metered, and settled with what was reserved for it.

import { Injectable } from '@nestjs/common';
import type { Reservation } from '../quotas/rates.js';
import { UsageMeter } from '../usage/usage-meter.js';
import type { Usage } from './completion-shape.js';

@Injectable()
export class TokenCount {
  constructor(private readonly meter: UsageMeter) {}

  async settle(
    tenantId: string,
    reservation: Reservation,
    {
      prompt_tokens: prompt,
      completion_tokens: completion,
    }: Pick<Usage, 'prompt_tokens' | 'completion_tokens'>,
  ): Promise<void> {
    this.meter.add(tenantId, 'prompt_tokens', prompt);
    this.meter.add(tenantId, 'completion_tokens', completion);
    await reservation.settle(prompt + completion);
  }
}
