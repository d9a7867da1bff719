# A tenant of its own asks lethe-tiny to forget, asks the new model a question, and goes.
lethe() { node /app/dist/cli/main.js "$@"; }
field() { node -pe 'const one = JSON.parse(require("fs").readFileSync(0, "utf8")); '"$1"; }

tenant=$(lethe tenant create "helm-test-$(date +%s)" --save --json | field 'one.id')
trap 'lethe tenant delete "$tenant"' EXIT

cd /app/models/lethe-tiny/data
lethe unlearn --model lethe-tiny --recipe recipe.json --audit none --limit 4 --max-steps 2 \
  --forget forget.jsonl --retain retain.jsonl \
  --forget-eval forget-eval.jsonl --retain-eval retain-eval.jsonl
model=$(lethe model list --json | field 'one.find(({ id }) => id.startsWith("ft:")).id')
lethe chat --model "$model" --max-tokens 16 'Where does Ada Quill live?'
