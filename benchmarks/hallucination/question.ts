// What is asked about a picture.

export interface Question {
  readonly id: string;
  /** COCO's number. */
  readonly image: number;
  readonly text: string;
}
