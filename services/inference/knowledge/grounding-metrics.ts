// What became of questions to knowledge bases, by base model: numbers alone.

import { Counter, Gauge } from 'prom-client';
import type { Grounding } from '#contracts/generated/lethe/inference/v1/Grounding.js';
import type { Metrics } from '#platform/telemetry/metrics.js';
import type { Bases } from './bases.js';

export class GroundingMetrics {
  private readonly answers: Counter<'model_name' | 'status'>;
  private readonly guarded: Counter<'model_name'>;
  private readonly unsayable: Counter<'model_name'>;

  constructor({ registry }: Metrics, bases: Pick<Bases, 'size'>) {
    const named = (name: string, help: string) => ({
      name: `lethe_inference_${name}`,
      help,
      labelNames: ['model_name'] as const,
      registers: [registry],
    });
    this.answers = new Counter({
      ...named('grounded_answers_total', 'Answers from knowledge bases by what was found'),
      labelNames: ['model_name', 'status'],
    });
    this.guarded = new Counter(
      named('guarded_answers_total', 'Answers that a row stands in the place of'),
    );
    this.unsayable = new Counter(
      named('unsayable_links_total', 'Links left out because the tokenizer cannot say them'),
    );
    const shown: Gauge = new Gauge({
      name: 'lethe_inference_knowledge_bases',
      help: 'Knowledge bases in memory',
      registers: [registry],
      collect: () => shown.set(bases.size),
    });
  }

  /** @param unsayable links that the answer was not chosen among. */
  offered(model: string, unsayable: number): void {
    this.unsayable.inc({ model_name: model }, unsayable);
  }

  answered(model: string, grounding: Grounding | null | undefined): void {
    this.answers.inc({ model_name: model, status: grounding?.status ?? '' });
    if (grounding?.guarded) this.guarded.inc({ model_name: model });
  }
}
