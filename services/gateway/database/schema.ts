// The gateway's tables, the one source of the migrations beside it: `npm run schema` writes the next
// one after a change of one. The same SQL runs on PostgreSQL and on PGlite.

export * from './schema/api-keys.js';
export * from './schema/artifact-references.js';
export * from './schema/erasures.js';
export * from './schema/evaluation-runs.js';
export * from './schema/files.js';
export * from './schema/gateways.js';
export * from './schema/jobs.js';
export * from './schema/knowledge-bases.js';
export * from './schema/models.js';
export * from './schema/receipts.js';
export * from './schema/tenants.js';
export * from './schema/usage.js';
