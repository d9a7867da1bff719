// Classifies a pair of texts as entailment, neutral or contradiction.

import { openJudgeFolder } from './judge-folder.js';
import { JudgeModelError } from './judge-model.error.js';
import { OnnxModel } from './onnx-model.js';
import { AutoModelForSequenceClassification } from './transformers.js';

export class NliModel {
  private constructor(
    private readonly model: OnnxModel,
    private readonly contradiction: number,
  ) {}

  /**
   * @throws JudgeModelError where a file is missing or no label of the model is called
   * contradiction.
   */
  static async load(name: string): Promise<NliModel> {
    const folder = await openJudgeFolder(name);
    const model = await OnnxModel.load(folder, AutoModelForSequenceClassification);
    const found = Object.entries(model.labels).find(([, label]) => /^contradict/i.test(label));
    if (found) return new NliModel(model, Number(found[0]));
    const labels = Object.values(model.labels).join(', ') || 'none';
    throw new JudgeModelError(name, `has no label "contradiction" (it has ${labels})`);
  }

  /** Whether contradiction is the likeliest class. */
  async contradicts(premise: string, hypothesis: string): Promise<boolean> {
    const scores: number[] = [];
    for await (const { data, dims } of this.model.run('logits', [premise], [hypothesis]))
      scores.push(...data.slice(0, dims[1]));
    return scores.indexOf(Math.max(...scores)) === this.contradiction;
  }
}
