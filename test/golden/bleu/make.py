# BLEU of texts whose tokens have spaces between them, by sacrebleu: expected.json.
# pip install sacrebleu==2.6.0
import json
from pathlib import Path
from sacrebleu.metrics import BLEU

pairs = [
    ("流 感 ， 症 状 ： 发 热 ； 咳 嗽 ； 乏 力", "流 感 症 状 有 发 热 、 咳 嗽"),
    ("the symptoms of influenza are fever and cough", "influenza symptoms fever and cough and more"),
    ("fever and cough", "fever and cough fever and cough"),
    ("a", "b"),
]
# As libs/metrics/grounding/tokens.ts leaves them.
plain = [[" ".join(t for t in text.split() if t not in "，：；、") for text in pair] for pair in pairs]
bleu = BLEU(tokenize="none", smooth_method="none", force=True)
score = bleu.corpus_score([text for text, _ in plain], [[gold for _, gold in plain]]).score / 100
cases = [{"text": text, "gold": gold} for text, gold in pairs]
Path(__file__).with_name("expected.json").write_text(
    json.dumps({"pairs": cases, "bleu": score}, ensure_ascii=False, indent=1) + "\n"
)
