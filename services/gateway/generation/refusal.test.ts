import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { ApiError } from '../http/api.error.js';
import { refusalOf } from './refusal.js';

const invalid = (message: string, type = 'invalid-request') =>
  new RpcError(status.INVALID_ARGUMENT, message, new Failure(message, { type }));

test.each([
  [new RpcError(status.OUT_OF_RANGE, 'the prompt has 9 tokens'), 'prompt', 'the prompt has'],
  [invalid('prompt.ids: expected ids below 7'), 'prompt', 'prompt: expected ids below 7'],
  [invalid('the chat template of m does not take it', 'conversation'), 'prompt', 'the chat'],
  [invalid('sampling.min_tokens: expected at most 3'), 'min_tokens', 'min_tokens: expected'],
  [invalid('sampling.decoding.layers: expected 2'), 'decoding.layers', 'decoding.layers: exp'],
  [invalid('tool_choice: expected none'), 'tool_choice', 'tool_choice: expected'],
  [invalid('tools[2]: expected a name'), 'tools', 'tools[2]: expected'],
  [invalid('it does not show tools to the model', 'conversation'), 'tools', 'it does not'],
  [invalid('dimensions: expected at most 3'), 'dimensions', 'dimensions: expected'],
  [invalid('no rule', 'form'), 'guided_grammar', "'guided_grammar' is not valid: no rule."],
  [invalid('knowledge.margin: expected 1'), 'knowledge.margin', 'knowledge.margin: expected'],
  [invalid('knowledge: goes without tools'), 'knowledge', 'knowledge: goes'],
  [invalid('every token is forbidden', 'no-token-left'), null, 'every token'],
])('%s is about %s', (error, param, message) => {
  const refusal = refusalOf(error, { prompt: 'prompt', form: 'guided_grammar' });
  expect(refusal).toBeInstanceOf(ApiError);
  expect(refusal).toMatchObject({
    status: 400,
    details: { param },
    message: expect.stringContaining(message),
  });
});

test.each([
  ['unknown-knowledge-base', status.NOT_FOUND, 410, 'artifact_lost'],
  ['unusable-knowledge-base', status.FAILED_PRECONDITION, 500, 'knowledge_base_damaged'],
])('%s is not about the model', (type, rpc, code, name) => {
  const error = new RpcError(rpc, 'of the base', new Failure('of the base', { type }));
  const details = { param: 'knowledge', code: name };
  expect(refusalOf(error, { prompt: 'prompt' })).toMatchObject({ status: code, details });
});

test.each([
  new Error('odd'),
  ApiError.invalid('no', 'n'),
  new RpcError(status.UNAVAILABLE, 'away'),
  new RpcError(status.NOT_FOUND, 'no model'),
])('%s is none', (error) => {
  expect(refusalOf(error, { prompt: 'prompt' })).toBe(error);
});
