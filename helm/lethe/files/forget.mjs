// A tenant of its own asks lethe-tiny to forget, asks the new model a question, and goes. The image
// has no shell.

import { execFileSync } from 'node:child_process';

function lethe(...args) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const said = execFileSync(process.execPath, ['/app/dist/cli/main.js', ...args], { stdio });
  return said.toString();
}
const json = (...args) => JSON.parse(lethe(...args, '--json'));

const { id } = json('tenant', 'create', `helm-test-${Date.now()}`, '--save');
try {
  const data = '/app/models/lethe-tiny/data';
  const sets = ['forget', 'retain', 'forget-eval', 'retain-eval'];
  const files = sets.flatMap((set) => [`--${set}`, `${data}/${set}.jsonl`]);
  const recipe = ['--recipe', `${data}/recipe.json`];
  const short = ['--audit', 'none', '--limit', '4', '--max-steps', '2'];
  console.log(lethe('unlearn', '--model', 'lethe-tiny', ...recipe, ...short, ...files));
  const { id: model } = json('model', 'list').find(({ id: name }) => name.startsWith('ft:'));
  console.log(lethe('chat', '--model', model, '--max-tokens', '16', 'Where does Ada Quill live?'));
} finally {
  console.log(lethe('tenant', 'delete', id));
}
