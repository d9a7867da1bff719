// Takes a given beginning off a text that arrives in pieces.

export class LeadTrimmer {
  private held = '';

  constructor(private lead: string) {}

  push(piece: string): string {
    if (this.lead === '') return piece;
    this.held += piece;
    if (this.held.length < this.lead.length && this.lead.startsWith(this.held)) return '';
    return this.flush();
  }

  /** What is held back at the end of the text. */
  flush(): string {
    const text =
      this.lead !== '' && this.held.startsWith(this.lead)
        ? this.held.slice(this.lead.length)
        : this.held;
    this.lead = '';
    this.held = '';
    return text;
  }
}
