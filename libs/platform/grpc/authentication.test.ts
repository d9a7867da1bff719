// Who is let in at inference's port, and who is believed by those who call it.

import 'reflect-metadata';
import { ChannelCredentials, Metadata, status } from '@grpc/grpc-js';
import { X509CertificateGenerator } from '@peculiar/x509';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  KeyObject,
  webcrypto,
} from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Authority, type Role } from '#supervisor/identities/authority.js';
import { writeIdentities } from '#supervisor/identities/identities.js';
import { asInference, gatewayClient, identities } from '#testing/identities.js';
import { silent } from '#testing/queue.js';
import { useTempFolder } from '#testing/temp-store.js';
import { CertificateFiles } from './certificate-files.js';
import { ClaimIssuer } from './claim-issuer.js';
import { ClaimVerifier } from './claim-verifier.js';
import { keyId } from './claim.js';
import { InferenceClient } from './inference-client.js';
import { Inference } from './inference-proto.js';
import { type InferenceServerOptions, startInferenceServer } from './inference-server.js';
import type { RpcError } from './rpc-error.js';

const folder = useTempFolder();
const { gateway } = identities;
const issuer = ClaimIssuer.open('gateway', gateway.CLAIM_SIGNING_KEY);
const key = createPrivateKey(readFileSync(gateway.CLAIM_SIGNING_KEY));
const day = 24 * 3600 * 1000;
const ago = (days: number): Date => new Date(Date.now() - days * day);
const lasting = { notBefore: ago(2), notAfter: ago(-1) };
const past = { notBefore: ago(2), notAfter: ago(1) };

/** Tenants for whom a server of these tests has answered. */
const served: string[] = [];
afterEach(() => {
  served.length = 0;
  vi.useRealTimers();
});

/** @returns its port. */
async function serve(options: Partial<InferenceServerOptions> = {}): Promise<number> {
  const server = await startInferenceServer({
    host: '127.0.0.1',
    port: 0,
    log: silent,
    handlers: {
      async *generate(_, { tenant }) {
        served.push(tenant);
        yield { finishReason: 'stop' };
      },
      async score(_, { tenant }) {
        served.push(tenant);
        return { scores: [] };
      },
      async embed(_, { tenant }) {
        served.push(tenant);
        return { embeddings: [] };
      },
      async countTokens(_, { tenant }) {
        served.push(tenant);
        return { prompts: [] };
      },
      tokenize: async () => ({}),
      forget: async () => ({}),
      listModels: async () => ({ models: [] }),
    },
    ...asInference(),
    ...options,
  });
  onTestFinished(() => server.drain(0));
  return server.port;
}

/** Any caller: what it shows is up to it. */
class Stranger {
  private readonly stub;

  constructor(port: number, credentials: ChannelCredentials = asGateway()) {
    const options = { 'grpc.ssl_target_name_override': 'inference' };
    this.stub = new Inference(`127.0.0.1:${port}`, credentials, options);
    onTestFinished(() => this.stub.close());
  }

  score(claim?: string): Promise<status> {
    return new Promise((resolve) =>
      this.stub.Score({}, withClaim(claim), soon(), (error) => resolve(error?.code ?? status.OK)),
    );
  }

  countTokens(claim?: string): Promise<status> {
    return new Promise((resolve) =>
      this.stub.CountTokens({}, withClaim(claim), soon(), (error) =>
        resolve(error?.code ?? status.OK),
      ),
    );
  }

  embed(claim?: string): Promise<status> {
    return new Promise((resolve) =>
      this.stub.Embed({}, withClaim(claim), soon(), (error) => resolve(error?.code ?? status.OK)),
    );
  }

  generate(claim?: string): Promise<status> {
    return new Promise((resolve) =>
      this.stub
        .Generate({}, withClaim(claim), soon())
        .on('data', () => {})
        .on('error', () => {})
        .on('status', ({ code }) => resolve(code)),
    );
  }

  listModels(): Promise<status> {
    return new Promise((resolve) =>
      this.stub.ListModels({}, soon(), (error) => resolve(error?.code ?? status.OK)),
    );
  }
}

const soon = () => ({ deadline: Date.now() + 5000 });

function withClaim(claim?: string): Metadata {
  const metadata = new Metadata();
  if (claim) metadata.set('authorization', `Bearer ${claim}`);
  return metadata;
}

const pem = (path: string): Buffer => readFileSync(path);
const asGateway = (): ChannelCredentials =>
  ChannelCredentials.createSsl(pem(gateway.GRPC_CA), pem(gateway.GRPC_KEY), pem(gateway.GRPC_CERT));

/** One call by HTTP/2 alone, which lets a connection be resumed. */
async function rawCall(
  port: number,
  claim: string,
  options: TlsOptions,
  path = '/lethe.inference.v1.Inference/Score',
): Promise<{ code: unknown; isReused: boolean; session: Promise<Buffer> }> {
  const ca = pem(gateway.GRPC_CA);
  const socket = connectTls({
    port,
    ca,
    servername: 'inference',
    ALPNProtocols: ['h2'],
    ...options,
  });
  // TLS 1.3 gives it after the handshake.
  const given = new Promise<Buffer>((resolve) => socket.once('session', resolve));
  await once(socket, 'secureConnect');
  const client = connectHttp2('https://inference', { createConnection: () => socket });
  onTestFinished(() => client.destroy());
  const stream = client.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: `Bearer ${claim}`,
  });
  stream.end(Buffer.alloc(5));
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  return { code: headers['grpc-status'], isReused: socket.isSessionReused(), session: given };
}

/** A certificate as `authority` would issue it, shown to a server of the tests' authority. */
async function shown(authority: Authority, role: Role, validity = lasting) {
  const { certificate, key: secret } = await authority.issue('gateway', role, validity);
  return ChannelCredentials.createSsl(
    pem(gateway.GRPC_CA),
    Buffer.from(secret),
    Buffer.from(certificate),
  );
}

/** Files of a certificate, by their variables. */
async function files(authority: Authority, name: string, role: Role, validity = lasting) {
  const { certificate, key: secret } = await authority.issue(name, role, validity);
  const keep = (file: string, content: string): string => {
    writeFileSync(join(folder.path, file), content);
    return join(folder.path, file);
  };
  return {
    GRPC_CA: keep('ca.pem', authority.certificate),
    GRPC_CERT: keep('own.pem', certificate),
    GRPC_KEY: keep('own.key', secret),
  };
}

describe('a certificate', () => {
  test('is asked of whoever connects, before a call is read', async () => {
    const port = await serve();
    const claim = await issuer.sign('acme');
    expect(await new Stranger(port).score(claim)).toBe(status.OK);
    const bare = ChannelCredentials.createSsl(pem(gateway.GRPC_CA));
    for (const [credentials, code] of [
      [bare, status.UNAUTHENTICATED],
      [ChannelCredentials.createInsecure(), status.UNAVAILABLE],
    ] as const) {
      const stranger = new Stranger(port, credentials);
      expect(await stranger.score(claim)).toBe(code);
      expect(await stranger.generate(claim)).toBe(code);
      expect(await stranger.embed(claim)).toBe(code);
      expect(await stranger.countTokens(claim)).toBe(code);
      expect(await stranger.listModels()).toBe(code);
    }
    expect(served).toEqual(['acme']);
  });

  test.each([
    ['none', undefined],
    ['one of another authority', 'client'],
  ] as const)('%s is none on a connection that is resumed either', async (_, role) => {
    const port = await serve();
    const other = role && (await (await Authority.create(lasting)).issue('gateway', role, lasting));
    const shows = other ? { cert: other.certificate, key: other.key } : {};
    const claim = await issuer.sign('acme');
    const first = await rawCall(port, claim, shows);
    expect(first).toMatchObject({ isReused: false, code: String(status.UNAUTHENTICATED) });
    const again = await rawCall(port, claim, { ...shows, session: await first.session });
    expect(again).toMatchObject({ isReused: true, code: String(status.UNAUTHENTICATED) });
    expect(served).toEqual([]);
  });

  test('is asked for by the health check, too', async () => {
    const answer = await rawCall(await serve(), '', {}, '/grpc.health.v1.Health/Check');
    expect(answer.code).toBe(String(status.UNAUTHENTICATED));
  });

  test.each([
    ['another authority', 'client', lasting],
    ['ours, for a client, that is out of date', 'client', past],
    ['ours, for a server', 'server', lasting],
  ] as const)('of %s is not accepted', async (which, role, validity) => {
    const ours = await Authority.create(lasting);
    const ca = join(folder.path, 'trusted.pem');
    writeFileSync(ca, ours.certificate);
    const env = { ...identities.inference, GRPC_CA: ca };
    const port = await serve({ certificates: new CertificateFiles(env, silent) });
    const claim = await issuer.sign('acme');
    const signer = which.startsWith('ours') ? ours : await Authority.create(lasting);
    const stranger = new Stranger(port, await shown(signer, role, validity));
    expect(await stranger.score(claim)).toBe(status.UNAUTHENTICATED);
    expect(served).toEqual([]);
    expect(await new Stranger(port, await shown(ours, 'client')).score(claim)).toBe(status.OK);
  });

  test.each([
    ['of inference', 'inference', 'server', true, 'believed'],
    ['of another service', 'evaluation', 'server', true, 'not believed'],
    ['for callers', 'inference', 'client', true, 'not believed'],
    ['of another authority', 'inference', 'server', false, 'not believed'],
  ] as const)(
    '%s (%s, %s), shown by a server: trusted %s, %s',
    async (_, name, role, trusted, expected) => {
      const authority = await Authority.create(lasting);
      const env = await files(authority, name, role);
      // The server takes any caller of the tests' authority; whether it is trusted is up to them.
      const certificates = new CertificateFiles({ ...env, GRPC_CA: gateway.GRPC_CA }, silent);
      const port = await serve({ certificates });
      const client = InferenceClient.open(
        'gateway',
        {
          ...gateway,
          GRPC_CA: trusted ? env.GRPC_CA : gateway.GRPC_CA,
          INFERENCE_URL: `127.0.0.1:${port}`,
          INFERENCE_HOLD_MS: 0,
        },
        silent,
      );
      onTestFinished(() => client.close());
      const verdict = await client.score('acme', {}).then(
        () => 'believed',
        ({ code }: RpcError) => (code === status.UNAVAILABLE ? 'not believed' : code),
      );
      expect(verdict).toBe(expected);
      expect(served).toEqual(expected === 'believed' ? ['acme'] : []);
    },
  );

  test('that cannot be used keeps a service from starting, which says why', async () => {
    const authority = await Authority.create(lasting);
    const env = await files(authority, 'inference', 'server');
    const open = (changed: object) => () => new CertificateFiles({ ...env, ...changed }, silent);
    expect(open({})).not.toThrow();
    expect(open({ GRPC_CA: '/nowhere.pem' })).toThrow(
      'GRPC_CA=/nowhere.pem: expected a PEM file, ENOENT',
    );
    expect(open({ GRPC_CERT: env.GRPC_KEY })).toThrow(`GRPC_CERT=${env.GRPC_KEY}: expected a PEM`);
    expect(open({ GRPC_KEY: gateway.GRPC_KEY })).toThrow('expected the key of GRPC_CERT');
    const old = await files(authority, 'inference', 'server', past);
    expect(open(old)).toThrow('expected one that is valid now, found one from');
  });

  test('that is renewed is taken up without a restart, at both ends', async () => {
    const variables = await writeIdentities(folder.path);
    const certificates = new CertificateFiles(variables.inference, silent, 20);
    const claims = ClaimVerifier.open(variables.inference.CLAIM_PUBLIC_KEYS);
    const port = await serve({ certificates, claims });
    const claimed = ClaimIssuer.open('gateway', variables.gateway.CLAIM_SIGNING_KEY);
    const open = (): InferenceClient => {
      const client = new InferenceClient({
        url: `127.0.0.1:${port}`,
        certificates: new CertificateFiles(variables.gateway, silent, 20),
        claims: claimed,
        log: silent,
      });
      onTestFinished(() => client.close());
      return client;
    };
    await open().score('first', {});
    const before = open();
    // Half of a renewal changes nothing.
    copyFileSync(gateway.GRPC_CERT, variables.inference.GRPC_CERT);
    await open().score('half', {});
    await writeIdentities(folder.path);
    await expect
      .poll(() => before.score('second', {}).then(() => 'answered', String), { timeout: 10_000 })
      .toBe('answered');
    const outdated = new Stranger(port, asGateway());
    expect(await outdated.score(await claimed.sign('acme'))).toBe(status.UNAVAILABLE);
    expect(served).toEqual(['first', 'half', 'second']);
  });
});

describe('a claim', () => {
  /** One that would be accepted but for what differs. */
  const signed = (
    differs: JWTPayload,
    header: { alg?: string; kid?: string } = {},
    by: KeyObject | Uint8Array = key,
  ): Promise<string> => {
    const iat = Math.floor(Date.now() / 1000);
    const usual = { iss: 'gateway', aud: 'inference', sub: 'acme', iat, exp: iat + 45 };
    return new SignJWT({ ...usual, ...differs })
      .setProtectedHeader({ alg: 'EdDSA', kid: keyId(key), ...header })
      .sign(by);
  };
  const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
  const other = generateKeyPairSync('ed25519').privateKey;

  test('says for whom a call is made; one without it asks for base models alone', async () => {
    const stranger = new Stranger(await serve());
    expect(await stranger.score()).toBe(status.UNAUTHENTICATED);
    expect(await stranger.generate()).toBe(status.UNAUTHENTICATED);
    expect(await stranger.embed()).toBe(status.UNAUTHENTICATED);
    expect(await stranger.countTokens()).toBe(status.UNAUTHENTICATED);
    expect(await stranger.listModels()).toBe(status.OK);
    expect(await stranger.score(await signed({}))).toBe(status.OK);
    expect(await stranger.generate(await issuer.sign('other'))).toBe(status.OK);
    expect(await stranger.embed(await issuer.sign('third'))).toBe(status.OK);
    expect(await stranger.countTokens(await signed({}))).toBe(status.OK);
    expect(served).toEqual(['acme', 'other', 'third', 'acme']);
  });

  test.each<[what: string, claim: () => Promise<string> | string]>([
    ['that is no claim', () => 'acme'],
    ['that has expired', () => signed({ iat: inSeconds(-70), exp: inSeconds(-16) })],
    ['that lasts too long', () => signed({ iat: inSeconds(-70), exp: inSeconds(600) })],
    ['that never expires', () => signed({ exp: undefined })],
    ['that was made at no time', () => signed({ iat: undefined })],
    ['of the future', () => signed({ iat: inSeconds(60), exp: inSeconds(90) })],
    ['for another service', () => signed({ aud: 'gateway' })],
    ['of nobody', () => signed({ iss: undefined })],
    ['for nobody', () => signed({ sub: undefined })],
    ['for an empty name', () => signed({ sub: '' })],
    ['signed by an unknown key', () => signed({}, { kid: keyId(other) }, other)],
    ['signed by an unknown key under a known name', () => signed({}, {}, other)],
    ['that names no key', () => signed({}, { kid: undefined })],
    ['with the public key for a secret', () => signed({}, { alg: 'HS256' }, publicBytes)],
    ['that is not signed', () => new UnsecuredJWT({ sub: 'acme', aud: 'inference' }).encode()],
    ['whose tenant was changed', async () => withTenant(await signed({}), 'other')],
    ['whose signature was cut off', async () => (await signed({})).replace(/[^.]+$/, '')],
  ])('%s is refused', async (_, claim) => {
    const stranger = new Stranger(await serve());
    expect(await stranger.score(await claim())).toBe(status.UNAUTHENTICATED);
    expect(await stranger.generate(await claim())).toBe(status.UNAUTHENTICATED);
    expect(served).toEqual([]);
  });

  test('that was heard cannot be used again a minute later', async () => {
    const stranger = new Stranger(await serve());
    const claim = await issuer.sign('acme');
    expect(await stranger.score(claim)).toBe(status.OK);
    const heard = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: heard + 61_000 });
    expect(await stranger.score(claim)).toBe(status.UNAUTHENTICATED);
    expect(await stranger.score(await issuer.sign('acme'))).toBe(status.OK);
  });

  test('of the next key is accepted beside those of the last, until that is taken away', async () => {
    const next = generateKeyPairSync('ed25519');
    const file = join(folder.path, 'claims.pem');
    const publicKey = next.publicKey.export({ type: 'spki', format: 'pem' }) as string;
    writeFileSync(file, readFileSync(identities.inference.CLAIM_PUBLIC_KEYS) + publicKey);
    const renewed = new ClaimIssuer('gateway', next.privateKey);
    const during = new Stranger(await serve({ claims: ClaimVerifier.open(file) }));
    expect(await during.score(await issuer.sign('acme'))).toBe(status.OK);
    expect(await during.score(await renewed.sign('acme'))).toBe(status.OK);
    const after = new Stranger(await serve({ claims: new ClaimVerifier([next.publicKey]) }));
    expect(await after.score(await issuer.sign('acme'))).toBe(status.UNAUTHENTICATED);
    expect(await after.score(await renewed.sign('acme'))).toBe(status.OK);
  });

  test("is accepted where its key's public half is told by a certificate", async () => {
    const signingAlgorithm = { name: 'Ed25519' };
    const usages: webcrypto.KeyUsage[] = ['sign', 'verify'];
    const keys = (await webcrypto.subtle.generateKey(
      'Ed25519',
      true,
      usages,
    )) as webcrypto.CryptoKeyPair;
    const { notBefore, notAfter } = past;
    const options = { name: 'CN=gateway', keys, notBefore, notAfter, signingAlgorithm };
    const certificate = await X509CertificateGenerator.createSelfSigned(options);
    const file = join(folder.path, 'certified.pem');
    writeFileSync(file, `${certificate.toString('pem')}\n${publicBytes.toString()}`);
    const stranger = new Stranger(await serve({ claims: ClaimVerifier.open(file) }));
    const certified = new ClaimIssuer('gateway', KeyObject.from(keys.privateKey));
    expect(await stranger.score(await certified.sign('acme'))).toBe(status.OK);
    expect(await stranger.score(await issuer.sign('acme'))).toBe(status.OK);
    const unknown = new ClaimIssuer('gateway', generateKeyPairSync('ed25519').privateKey);
    expect(await stranger.score(await unknown.sign('acme'))).toBe(status.UNAUTHENTICATED);
  });

  test('needs keys that can sign it, or a service does not start', () => {
    expect(() => ClaimIssuer.open('gateway', gateway.GRPC_KEY)).toThrow(
      `CLAIM_SIGNING_KEY=${gateway.GRPC_KEY}: expected a PEM file with an Ed25519 private key, found ec`,
    );
    expect(() => ClaimVerifier.open(gateway.GRPC_CERT)).toThrow(
      `CLAIM_PUBLIC_KEYS=${gateway.GRPC_CERT}: expected a PEM file with Ed25519 public keys, found ec`,
    );
    expect(() => ClaimVerifier.open(gateway.GRPC_KEY)).toThrow('found none');
    expect(() => ClaimVerifier.open('/nowhere')).toThrow('CLAIM_PUBLIC_KEYS=/nowhere: expected');
  });

  test('that is refused does not end a job for good: keys may be renewed', async () => {
    const port = await serve({ claims: new ClaimVerifier([]) });
    const client = gatewayClient(port);
    onTestFinished(() => client.close());
    await expect(client.score('acme', {})).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
      permanent: false,
      publicMessage: expect.stringContaining('a signed claim of the tenant is needed'),
    });
  });
});

const publicBytes = Buffer.from(
  createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string,
);

/** Another payload under the same signature. */
function withTenant(claim: string, tenant: string): string {
  const [header = '', payload = '', signature = ''] = claim.split('.');
  const parsed = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
  const changed = Buffer.from(JSON.stringify({ ...parsed, sub: tenant })).toString('base64url');
  return [header, changed, signature].join('.');
}
