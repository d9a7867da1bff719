// What the gateway answers beyond OpenAI's own types.

import type OpenAI from 'openai';
import type { Report } from '#contracts/artifacts.js';
import type { Audit } from '#contracts/audit.js';
import type { Figure } from '#contracts/cells.js';
import type { OwnDecoding } from '#contracts/decoding.js';
import type { CellStatus, RunRequest, RunStatus, RunTask } from '#contracts/evaluation-runs.js';
import type { GroundingSettings, GroundingStatus } from '#contracts/grounding.js';
import type { KnowledgeReport } from '#contracts/knowledge-report.js';
import type { Quotas } from '#contracts/quotas.js';
import type { Envelope } from '#contracts/receipts/envelope.js';
import type { StageName } from '#contracts/stages.js';

/** One stage of a job; times in seconds since 1970. */
export interface Stage {
  name: StageName;
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  done: number;
  total: number;
  metrics?: Record<string, number>;
  started_at?: number | null;
  finished_at?: number | null;
}

export type Job = OpenAI.FineTuning.FineTuningJob & {
  stages: Stage[];
  user_provided_suffix: string | null;
};
export type JobEvent = OpenAI.FineTuning.FineTuningJobEvent;

export interface Tenant {
  id: string;
  object: 'tenant';
  name: string;
  created_at: number;
}
/** The key is told once, here. */
export type NewTenant = Tenant & { api_key: string };

/** Times in seconds since 1970. */
export interface TenantKey {
  id: string;
  object: 'tenant.key';
  name: string;
  /** What the key begins with. */
  prefix: string | null;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
}
/** The key itself is told once, here. */
export type NewTenantKey = TenantKey & { api_key: string };

/** That something was erased or forgotten: one entry of a tenant's log. */
export interface Receipt {
  id: string;
  object: 'receipt';
  created_at: number;
  kind: 'file' | 'job' | 'model' | 'knowledge_base' | 'evaluation_run' | 'tenant' | 'unlearning';
  /** A model's is the id of the job that made it. */
  target: string;
  envelope: Envelope;
}

/** Times in seconds since 1970. */
export interface KnowledgeBase {
  id: string;
  object: 'knowledge_base';
  name: string;
  version: number;
  entities: number;
  rows: number;
  values: number;
  created_at: number;
  updated_at: number;
}

/** Names that do not name one entity alone: how many, and the first of them. */
export interface NameClash {
  count: number;
  examples: string[];
}
export type ReadKnowledgeBase = KnowledgeBase & {
  warnings: Record<'ambiguous_aliases' | 'aliases_that_are_names', NameClash>;
};

export interface Entity {
  id: string;
  object: 'knowledge_base.entity';
  type: string;
  name: string;
  aliases: string[];
  attributes: Record<string, string[]>;
}

/** `entity`: an id, or a name or alias that one entity alone has. */
export type KnowledgeChange =
  | { op: 'set'; entity: string; attribute: string; values: string[] }
  | { op: 'delete'; entity: string; attribute?: string }
  | {
      op: 'put';
      entity: Pick<Entity, 'name'> &
        Partial<Pick<Entity, 'id' | 'type' | 'aliases' | 'attributes'>>;
    };

/** What the model took to be asked. */
export interface KnowledgeLink {
  entity_id: string;
  entity: string;
  attribute: string;
}
export type KbCitation = KnowledgeLink & {
  knowledge_base: string;
  version: number;
  values: string[];
  values_left_out: number;
  /** Of the text that says them, in UTF-16 units. */
  start_index: number;
  end_index: number;
};
/** A chat's message that was made from a knowledge base. */
export interface GroundedAnswer {
  content: string;
  /** None of an answer that says that it has none. */
  annotations: { type: 'kb_citation'; kb_citation: KbCitation }[];
  knowledge: {
    knowledge_base: string;
    version: number;
    status: GroundingStatus;
    link: KnowledgeLink | null;
    mass: number;
    margin: number;
    candidates: { entity_id: string; name: string; type: string; score: number }[];
    guarded: boolean;
  };
}
/** What of a request's `knowledge` may be said. */
export type AskedKnowledge = GroundingSettings & { knowledge_base?: string };

export type Model = OpenAI.Model & {
  /** The model itself where it is a base model. */
  base?: string;
  /** Of a base model. */
  layers?: number;
  /** How it chooses tokens where a request says nothing. */
  decoding?: OwnDecoding;
  /** That its answers are made from, and how. */
  knowledge?: GroundingSettings & { knowledge_base: string };
};

export type { Quotas };
export type TenantWithQuotas = Tenant & { quotas: Quotas; own_quotas: Partial<Quotas> };

export interface UsageAmounts {
  requests: number;
  prompt_tokens: number;
  completion_tokens: number;
  trained_tokens: number;
  evaluation_seconds: number;
  job_seconds: Record<StageName, number>;
}
/** Times in seconds since 1970. */
export interface Usage extends UsageAmounts {
  start_time: number;
  end_time: number;
  now: { stored_bytes: number; models: number; running_jobs: number; waiting_jobs: number };
  quotas: Quotas;
  data: (UsageAmounts & { start_time: number; end_time: number })[];
}
export interface UsageQuery {
  start_time?: number;
  end_time?: number;
  bucket_width?: '1h' | '1d';
}

/** A finished job's evaluations; absent where the job did not evaluate or was not audited. */
export interface JobReport {
  model: string | null;
  before?: Report;
  after?: Report;
  knowledge?: KnowledgeReport;
  audit?: Audit;
  seconds: Partial<Record<StageName, number>>;
}

/** Times in seconds since 1970. */
export type EvaluationRun = Omit<RunRequest, 'metadata'> & {
  id: string;
  object: 'evaluation_run';
  created_at: number;
  finished_at: number | null;
  status: RunStatus;
  metadata: Record<string, string>;
  cells: Record<CellStatus | 'total', number>;
};

/** One model at one task of a run. */
export interface EvaluationCell {
  id: string;
  object: 'evaluation_run.cell';
  /** Model by model, task by task, from 0. */
  place: number;
  model: string;
  task_index: number;
  task: RunTask;
  status: CellStatus;
  figures: Figure[] | null;
  error: string | null;
}

/** What was measured, with its interval at 95 %; null where there is nothing to take it from. */
export interface Estimate {
  value: number | null;
  interval: [lower: number, upper: number] | null;
}

/** A cell about pictures beside a baseline of the same run. */
export interface EvaluationComparison {
  /** The cell's. */
  id: string;
  object: 'evaluation_run.comparison';
  place: number;
  model: string;
  task_index: number;
  task: RunTask;
  baseline: { id: string; model: string; task_index: number };
  figures: (Estimate & { metric: string; baseline: number | null; difference: Estimate })[];
  /** What makes a gain doubtful. */
  warnings: string[];
}

/** What is to be tried on which answers. */
export interface AskedSweep {
  readonly model: string;
  readonly rows: readonly {
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly answer: string;
    readonly wrong?: readonly string[];
  }[];
  readonly settings: readonly {
    readonly layers: readonly [first: number, last: number];
    readonly alpha: number;
  }[];
  readonly top_p?: number | undefined;
  readonly top_k?: number | undefined;
}

export interface Sweeps {
  data: {
    tokens: number;
    candidates: number;
    log_prob: number;
    greedy: number;
    outranks?: boolean;
    settings: {
      log_prob: number;
      greedy: number;
      changed: number;
      righted: number;
      wronged: number;
      outranks?: boolean;
    }[];
  }[];
}
