// Messages to a real inference server, well formed and not.

import { Client, experimental, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { join } from 'node:path';
import { CertificateFiles } from '#platform/grpc/certificate-files.js';
import { ClaimIssuer } from '#platform/grpc/claim-issuer.js';
import { CLAIM } from '#platform/grpc/claim.js';
import { Inference } from '#platform/grpc/inference-proto.js';
import { identities } from '#testing/identities.js';
import { silent } from '#testing/queue.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import {
  inferenceVariables,
  startInference,
} from '../../../services/inference/testing/inference.js';
import { mutateBytes, mutateJson } from '../mutate.js';
import type { Random } from '../random.js';
import { Finding, type Target } from '../target.js';
import { tempFolder } from '../temp-folder.js';

const PROMPT = { chat: { messages: [{ role: 'user', content: 'Hello' }] } };
const MODEL = { base: 'tiny' };
const CALLS = [
  {
    method: 'Generate',
    request: { model: MODEL, prompt: PROMPT, sampling: { maxTokens: 2, stop: ['x'] } },
  },
  {
    method: 'Score',
    request: { model: MODEL, cut: true, items: [{ prompt: PROMPT, completion: 'a' }] },
  },
  { method: 'Embed', request: { model: MODEL, prompts: [PROMPT], pooling: 'mean' } },
  { method: 'CountTokens', request: { base: 'tiny', prompts: [PROMPT, { text: 'a' }] } },
  {
    method: 'Generate',
    request: {
      model: { ...MODEL, adapter: { space: 's', hash: 'a'.repeat(64) } },
      prompt: { text: 'a' },
      sampling: { maxTokens: 1 },
    },
  },
] as const;
const same = (value: Buffer): Buffer => value;
/** Codes that say that the server is at fault. */
const FAULTS: readonly status[] = [
  status.UNKNOWN,
  status.INTERNAL,
  status.DATA_LOSS,
  status.UNAVAILABLE,
];

function message(
  random: Random,
  method: (typeof CALLS)[number]['method'],
  request: object,
): Buffer | undefined {
  try {
    const bytes = Inference.service[method].requestSerialize(mutateJson(random, request) as never);
    return random.chance(0.3) ? Buffer.from(mutateBytes(random, bytes)) : bytes;
  } catch {
    return undefined; // protobuf has no such value: nothing is sent
  }
}

export const grpc: Target = {
  name: 'grpc',
  inputs: 2000,
  async open() {
    const folder = await tempFolder();
    await writeTinyModel(join(folder.path, 'models', 'tiny'));
    const inference = await startInference(inferenceVariables(folder.path));
    const certificates = new CertificateFiles(identities.gateway, silent);
    const client = new Client(
      `127.0.0.1:${inference.port}`,
      experimental.createCertificateProviderChannelCredentials(certificates, certificates),
      { 'grpc.ssl_target_name_override': 'inference' },
    );
    const claims = ClaimIssuer.open('gateway', identities.gateway.CLAIM_SIGNING_KEY);
    return {
      async run(random) {
        const { method, request } = random.pick(CALLS);
        const bytes = message(random, method, request);
        if (!bytes) return false;
        const data = new Metadata();
        data.set(CLAIM, `Bearer ${await claims.sign('acme')}`);
        const { code, details } = await answerOf(client, method, bytes, data);
        const isFault = FAULTS.includes(code) && !details.startsWith('Error deserializing');
        if (isFault) throw new Finding(`${method}: ${status[code]} ${details.slice(0, 300)}`);
        return code === status.OK;
      },
      async close() {
        client.close();
        await inference.close();
        await folder.remove();
      },
    };
  },
};

function answerOf(
  client: Client,
  method: string,
  bytes: Buffer,
  data: Metadata,
): Promise<Pick<ServiceError, 'code' | 'details'>> {
  const call = client.makeServerStreamRequest(
    `/lethe.inference.v1.Inference/${method}`,
    same,
    same,
    bytes,
    data,
    { deadline: Date.now() + 20_000 },
  );
  return new Promise((resolve) => {
    call.on('data', () => {});
    call.on('error', () => {});
    call.on('status', resolve);
  });
}
