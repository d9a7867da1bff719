// Certificates and keys of services for tests, made once per process.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateFiles } from '#platform/grpc/certificate-files.js';
import { ClaimVerifier } from '#platform/grpc/claim-verifier.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { GrpcMetrics } from '#platform/telemetry/grpc-metrics.js';
import { writeIdentities } from '#supervisor/identities/identities.js';
import { keptSigningKey } from '#supervisor/secrets.js';
import { silent } from './queue.js';

const folder = mkdtempSync(join(tmpdir(), 'lethe-identities-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const written = await writeIdentities(folder);
const RECEIPT_SIGNING_KEY = keptSigningKey(join(folder, 'receipts.key'));

/** Variables of each service. */
export const identities = { ...written, gateway: { ...written.gateway, RECEIPT_SIGNING_KEY } };

/** How a test's server says that it is inference, and knows its callers. */
export const asInference = () => ({
  certificates: new CertificateFiles(identities.inference, silent),
  claims: ClaimVerifier.open(identities.inference.CLAIM_PUBLIC_KEYS),
});

/** A client that calls as the gateway does. */
export const gatewayClient = (port: number): InferenceClient =>
  gatewayClientOf(`127.0.0.1:${port}`);

/**
 * @param pools addresses by the base models that they alone serve.
 * @param holdMs how long calls wait for a replica.
 */
export const gatewayClientOf = (
  url: string,
  pools?: ReadonlyMap<string, string>,
  holdMs = 0,
  metrics?: GrpcMetrics,
): InferenceClient =>
  InferenceClient.open(
    'gateway',
    {
      ...identities.gateway,
      INFERENCE_URL: url,
      INFERENCE_POOLS: pools,
      INFERENCE_HOLD_MS: holdMs,
    },
    silent,
    metrics,
  );
