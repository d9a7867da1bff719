// The root keys that a process is told to use (setting ROOT_KEYS).

import { AwsKmsRootKey } from './aws-kms-root-key.js';
import { parseRootKey, readRootKeyFile } from './root-key-text.js';
import type { RootKey } from './root-key.js';

const openers = {
  file: readRootKeyFile,
  base64: (text: string) => parseRootKey(text, 'ROOT_KEYS'),
  'aws-kms': (keyId: string) => new AwsKmsRootKey(keyId),
};

/** One way to name a root key: "file:<path>", "base64:<bytes>" or "aws-kms:<key id or ARN>". */
export const ROOT_KEY = new RegExp(`^(${Object.keys(openers).join('|')}):(.+)$`);

/** @param names each as ROOT_KEY has it. @throws UnusableSecretError */
export function openRootKey(name: string): RootKey | Promise<RootKey> {
  const [, kind, value] = ROOT_KEY.exec(name) ?? [];
  return openers[kind as keyof typeof openers](value as string);
}
