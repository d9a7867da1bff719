// An adapter that is not a PEFT LoRA adapter this engine can apply.

export class AdapterError extends Error {
  override readonly name = 'AdapterError';
}
