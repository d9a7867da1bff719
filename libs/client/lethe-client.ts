// Typed client of the gateway: the official OpenAI client, and beside it what OpenAI's API does not
// have.

import { createReadStream, openAsBlob } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import OpenAI from 'openai';
import { CursorPage } from 'openai/pagination';
import type { OwnDecoding } from '#contracts/decoding.js';
import type { ExportFormat, ResultFormat, RunRequestInput } from '#contracts/evaluation-runs.js';
import type { JobRequestInput } from '#contracts/job-request.js';
import type { Envelope } from '#contracts/receipts/envelope.js';
import type {
  AskedKnowledge,
  AskedSweep,
  Entity,
  EvaluationCell,
  EvaluationComparison,
  EvaluationRun,
  GroundedAnswer,
  Job,
  JobEvent,
  JobReport,
  KnowledgeBase,
  KnowledgeChange,
  Model,
  NewTenant,
  NewTenantKey,
  Quotas,
  ReadKnowledgeBase,
  Receipt,
  Sweeps,
  Tenant,
  TenantKey,
  TenantWithQuotas,
  Usage,
  UsageQuery,
} from './types.js';

export interface LetheClientOptions {
  /** The gateway's address, without /v1. */
  readonly url: string;
  /** A tenant's key; the admin key for tenants. */
  readonly apiKey: string;
  readonly maxRetries?: number;
}

/** All methods throw OpenAI.APIError with the gateway's message, or OpenAI.APIConnectionError. */
export class LetheClient {
  readonly openai: OpenAI;

  constructor(options: LetheClientOptions) {
    this.openai = new OpenAI({
      baseURL: new URL('/v1', options.url).href,
      apiKey: options.apiKey,
      maxRetries: options.maxRetries ?? 2,
      // Settings of OpenAI's own service must not leak into requests to ours.
      organization: null,
      project: null,
    });
  }

  /** @throws the file system's error where the file cannot be read. */
  async upload(path: string): Promise<OpenAI.FileObject> {
    await access(path);
    return this.openai.files.create({ file: createReadStream(path), purpose: 'fine-tune' });
  }

  createJob(body: JobRequestInput): Promise<Job> {
    return this.openai.post<Job>('/fine_tuning/jobs', { body });
  }

  job(id: string): Promise<Job> {
    return this.openai.get<Job>(`/fine_tuning/jobs/${encodeURIComponent(id)}`);
  }

  cancelJob(id: string): Promise<Job> {
    return this.openai.post<Job>(`/fine_tuning/jobs/${encodeURIComponent(id)}/cancel`);
  }

  /** With all it has left, but not its model. */
  async deleteJob(id: string): Promise<void> {
    await this.openai.delete(`/fine_tuning/jobs/${encodeURIComponent(id)}`);
  }

  /** Newest first, page after page. */
  jobs(): AsyncIterable<Job> {
    return this.openai.fineTuning.jobs.list() as AsyncIterable<unknown> as AsyncIterable<Job>;
  }

  /** All events so far, newest first. */
  events(id: string): AsyncIterable<JobEvent> {
    return this.openai.fineTuning.jobs.listEvents(id);
  }

  /** Events as they happen, from the first on; ends with the job. */
  followEvents(id: string): Promise<AsyncIterable<JobEvent>> {
    return this.openai.get<AsyncIterable<JobEvent>>(
      `/fine_tuning/jobs/${encodeURIComponent(id)}/events`,
      { query: { stream: true }, stream: true } as never,
    );
  }

  report(id: string): Promise<JobReport> {
    return this.openai.get<JobReport>(`/fine_tuning/jobs/${encodeURIComponent(id)}/report`);
  }

  /** As a page for a person to read, in HTML. */
  reportPage(id: string): Promise<Response> {
    return this.openai.get<Response>(`/fine_tuning/jobs/${encodeURIComponent(id)}/report`, {
      query: { format: 'html' },
      __binaryResponse: true,
    } as never);
  }

  /** @throws the file system's error where the file cannot be read. */
  async createKnowledgeBase(name: string, file: string): Promise<ReadKnowledgeBase> {
    const body = new FormData();
    body.set('name', name);
    body.set('file', await openAsBlob(file), basename(file));
    return this.openai.post<ReadKnowledgeBase>('/knowledge_bases', { body });
  }

  /** Newest first, page after page. */
  knowledgeBases(): AsyncIterable<KnowledgeBase> {
    return this.openai.getAPIList('/knowledge_bases', CursorPage<KnowledgeBase>);
  }

  /** All changes, or none. @returns the next version. */
  changeKnowledgeBase(id: string, changes: readonly KnowledgeChange[]): Promise<ReadKnowledgeBase> {
    return this.openai.post<ReadKnowledgeBase>(`${basePath(id)}/changes`, { body: { changes } });
  }

  async entities(id: string, query: string, limit?: number): Promise<Entity[]> {
    const { data } = await this.openai.get<{ data: Entity[] }>(`${basePath(id)}/entities`, {
      query: { query, limit },
    });
    return data;
  }

  /** @param knowledge whose base and settings, where they are absent, are the model's own. */
  async ask(
    model: string,
    question: string,
    knowledge: AskedKnowledge = {},
  ): Promise<GroundedAnswer> {
    const messages = [{ role: 'user', content: question }];
    const body = { model, messages, temperature: 0, knowledge };
    const { choices } = await this.openai.post<{ choices: [{ message: GroundedAnswer }] }>(
      '/chat/completions',
      { body },
    );
    return choices[0].message;
  }

  async deleteKnowledgeBase(id: string): Promise<void> {
    await this.openai.delete(basePath(id));
  }

  createRun(body: RunRequestInput): Promise<EvaluationRun> {
    return this.openai.post<EvaluationRun>('/evaluation_runs', { body });
  }

  run(id: string): Promise<EvaluationRun> {
    return this.openai.get<EvaluationRun>(runPath(id));
  }

  /** Newest first, page after page. */
  runs(): AsyncIterable<EvaluationRun> {
    return this.openai.getAPIList('/evaluation_runs', CursorPage<EvaluationRun>);
  }

  cancelRun(id: string): Promise<EvaluationRun> {
    return this.openai.post<EvaluationRun>(`${runPath(id)}/cancel`);
  }

  /** With the cells that no other run names. */
  async deleteRun(id: string): Promise<void> {
    await this.openai.delete(runPath(id));
  }

  /** In their order, page after page. */
  cells(id: string): AsyncIterable<EvaluationCell> {
    return this.openai.getAPIList(`${runPath(id)}/cells`, CursorPage<EvaluationCell>, {
      query: { limit: 1000 },
    });
  }

  /** Its cells about pictures beside a model of the run, a task of it, or both; page after page. */
  comparisons(
    id: string,
    baseline: { baseline?: string; baseline_task?: number },
  ): AsyncIterable<EvaluationComparison> {
    return this.openai.getAPIList(`${runPath(id)}/comparison`, CursorPage<EvaluationComparison>, {
      query: { ...baseline },
    });
  }

  /** Every question with its answer and scores, as the gateway sends them. */
  runResults(id: string, format: ResultFormat = 'jsonl'): Promise<Response> {
    return this.download(`${runPath(id)}/results`, { format });
  }

  /** What the run found of one of its models, at one of its tasks for samples, as other tools write it. */
  runExport(
    id: string,
    format: ExportFormat,
    of: { model?: string; task_index?: number } = {},
  ): Promise<Response> {
    return this.download(`${runPath(id)}/results`, { format, ...of });
  }

  /** Every figure of its cells, as the gateway sends them. */
  runFigures(id: string, format: ResultFormat = 'jsonl'): Promise<Response> {
    return this.download(`${runPath(id)}/figures`, { format });
  }

  private download(path: string, query: Record<string, string | number>): Promise<Response> {
    return this.openai.get<Response>(path, { query, __binaryResponse: true } as never);
  }

  model(id: string): Promise<Model> {
    return this.openai.get<Model>(`/models/${encodeURIComponent(id)}`);
  }

  /** How a tuned model chooses tokens where a request says nothing; null: as it is. */
  setDecoding(id: string, decoding: OwnDecoding | null): Promise<Model> {
    return this.openai.post<Model>(`/models/${encodeURIComponent(id)}`, { body: { decoding } });
  }

  /** What DeCo would make of given answers, by many settings. */
  sweep(body: AskedSweep): Promise<Sweeps> {
    return this.openai.post<Sweeps>('/decoding/sweeps', { body });
  }

  /** A tuned model's files, by name: what PEFT and `lethe model merge` read. */
  async modelFiles(id: string): Promise<Record<string, Uint8Array>> {
    const path = `/models/${encodeURIComponent(id)}/files`;
    const { data } = await this.openai.get<{ data: { name: string }[] }>(path);
    const files: Record<string, Uint8Array> = {};
    for (const { name } of data) {
      const response = await this.openai.get<Response>(`${path}/${encodeURIComponent(name)}`, {
        __binaryResponse: true,
      } as never);
      files[name] = new Uint8Array(await response.arrayBuffer());
    }
    return files;
  }

  createTenant(name: string): Promise<NewTenant> {
    return this.openai.post<NewTenant>(this.admin('/admin/tenants'), { body: { name } });
  }

  async tenants(): Promise<Tenant[]> {
    return (await this.openai.get<{ data: Tenant[] }>(this.admin('/admin/tenants'))).data;
  }

  async deleteTenant(id: string): Promise<void> {
    await this.openai.delete(this.admin(`/admin/tenants/${encodeURIComponent(id)}`));
  }

  /** By the admin key. @param quotas null: back to what holds for all; absent: only told. */
  tenantQuotas(
    id: string,
    quotas?: Partial<Record<keyof Quotas, number | null>>,
  ): Promise<TenantWithQuotas> {
    const path = this.admin(`/admin/tenants/${encodeURIComponent(id)}`);
    return quotas
      ? this.openai.patch<TenantWithQuotas>(path, { body: { quotas } })
      : this.openai.get<TenantWithQuotas>(path);
  }

  /** @param tenant whose, by the admin key; absent: of the tenant whose key this is. */
  usage(query: UsageQuery, tenant?: string): Promise<Usage> {
    const path =
      tenant === undefined
        ? '/usage'
        : this.admin(`/admin/tenants/${encodeURIComponent(tenant)}/usage`);
    return this.openai.get<Usage>(path, { query: { ...query } });
  }

  /** @param tenant whose, by the admin key; absent: those of the tenant whose key this is. */
  async keys(tenant?: string): Promise<TenantKey[]> {
    return (await this.openai.get<{ data: TenantKey[] }>(this.keysPath(tenant))).data;
  }

  createKey(body: { name: string; expires_at?: number }, tenant?: string): Promise<NewTenantKey> {
    return this.openai.post<NewTenantKey>(this.keysPath(tenant), { body });
  }

  /** The old key stays valid for the overlap. */
  rotateKey(
    id: string,
    body: { overlap_seconds?: number; expires_at?: number },
    tenant?: string,
  ): Promise<NewTenantKey> {
    return this.openai.post<NewTenantKey>(
      `${this.keysPath(tenant)}/${encodeURIComponent(id)}/rotate`,
      { body },
    );
  }

  async revokeKey(id: string, tenant?: string): Promise<void> {
    await this.openai.delete(`${this.keysPath(tenant)}/${encodeURIComponent(id)}`);
  }

  /** Of what the job made its model forget: the signed document. */
  jobReceipt(id: string): Promise<Envelope> {
    return this.openai.get<Envelope>(`/fine_tuning/jobs/${encodeURIComponent(id)}/receipt`);
  }

  /**
   * A tenant's whole log, in its order.
   * @param tenant as with `keys`; it may have been deleted.
   */
  receipts(tenant?: string): AsyncIterable<Receipt> {
    const path =
      tenant === undefined
        ? '/receipts'
        : this.admin(`/admin/tenants/${encodeURIComponent(tenant)}/receipts`);
    return this.openai.getAPIList(path, CursorPage<Receipt>, {
      query: { order: 'asc', limit: 100 },
    });
  }

  /** The keys that verify receipts, in PEM. @param as whose key this is. */
  receiptKeys(as: 'tenant' | 'admin' = 'tenant'): Promise<string> {
    return this.openai.get<string>(
      as === 'admin' ? this.admin('/admin/receipts/key') : '/receipts/key',
    );
  }

  private keysPath(tenant: string | undefined): string {
    if (tenant === undefined) return '/keys';
    return this.admin(`/admin/tenants/${encodeURIComponent(tenant)}/keys`);
  }

  private admin(path: string): string {
    return new URL(path, this.openai.baseURL).href;
  }
}

const basePath = (id: string): string => `/knowledge_bases/${encodeURIComponent(id)}`;

const runPath = (id: string): string => `/evaluation_runs/${encodeURIComponent(id)}`;
