// The files that say who this process is and whom it believes, checked before they are used: in a
// connection they would only fail it.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GrpcEnv } from '../config/grpc-env.js';
import { EnvError } from '../errors/env.error.js';

export interface Pems {
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
}

/** @throws EnvError where a file is missing, is no PEM, does not fit its key or is out of date. */
export function readPems(env: GrpcEnv): Pems {
  const [ca] = read(env, 'GRPC_CA', (pem) => new X509Certificate(pem));
  const [certificate, parsed] = read(env, 'GRPC_CERT', (pem) => new X509Certificate(pem));
  const [privateKey, key] = read(env, 'GRPC_KEY', (pem) => createPrivateKey(pem));
  if (!parsed.checkPrivateKey(key))
    throw new EnvError([`GRPC_KEY=${env.GRPC_KEY}: expected the key of GRPC_CERT`]);
  const { validFrom, validTo } = parsed;
  if (Date.now() < Date.parse(validFrom) || Date.now() > Date.parse(validTo))
    throw new EnvError([
      `GRPC_CERT=${env.GRPC_CERT}: expected one that is valid now, found one from ${validFrom} to ${validTo}`,
    ]);
  return { ca, certificate, privateKey };
}

function read<T>(env: GrpcEnv, name: keyof GrpcEnv, parse: (pem: Buffer) => T): [Buffer, T] {
  try {
    const pem = readFileSync(env[name]);
    return [pem, parse(pem)];
  } catch (error) {
    throw new EnvError([`${name}=${env[name]}: expected a PEM file, ${(error as Error).message}`]);
  }
}
