"""Makes what transformers and PEFT give for ../../../models/lethe-tiny-vl about picture.png (testScene(4) of its scenes), beside this file.

    python -m venv venv && venv/bin/pip install -r ../requirements-vision.txt && venv/bin/python make.py

expected.json: the text of the prompt as the chat template writes it, its ids with a placeholder for each feature, and the greedy
tokens without the prior and with it. expected.safetensors: `features` [9, hidden]; `plain.logits` and `prior.logits` [tokens,
vocabulary], those that each token was chosen by.
"""

import json
from pathlib import Path

import peft
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file

HERE = Path(__file__).parent
MODEL = HERE.parent.parent.parent / "models" / "lethe-tiny-vl"
QUESTION = "Please describe this image in detail."
MOST = 64

torch.set_num_threads(1)
tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
processor = transformers.AutoImageProcessor.from_pretrained(MODEL, backend="pil")
model, loading = transformers.LlavaForConditionalGeneration.from_pretrained(
    MODEL, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
assert not loading["missing_keys"] and not loading["unexpected_keys"] and not loading["mismatched_keys"], loading
model.eval()
pixels = processor(Image.open(HERE / "picture.png"), return_tensors="pt")["pixel_values"]
with torch.no_grad():
    features = torch.cat(list(model.get_image_features(pixel_values=pixels, return_dict=True).pooler_output))
features = features.reshape(-1, features.shape[-1])
text = tokenizer.apply_chat_template(
    [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": QUESTION}]}], tokenize=False, add_generation_prompt=True)
ids = tokenizer(text.replace("<image>", "<image>" * len(features)), add_special_tokens=False)["input_ids"]


def answer(asked):
    row = torch.tensor([ids])
    with torch.no_grad():
        found = asked.generate(input_ids=row, attention_mask=torch.ones_like(row), pixel_values=pixels, do_sample=False, max_new_tokens=MOST,
                               output_logits=True, return_dict_in_generate=True)
    return found.sequences[0, len(ids):].tolist(), torch.cat(found.logits).float()


plain, plain_logits = answer(model)
prior, prior_logits = answer(peft.PeftModel.from_pretrained(model, MODEL / "prior").eval())
for tokens in (plain, prior):
    print(tokenizer.decode(tokens))
tensors = {"features": features, "plain.logits": plain_logits, "prior.logits": prior_logits}
save_file({name: value.contiguous() for name, value in tensors.items()}, HERE / "expected.safetensors")
versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
(HERE / "expected.json").write_text(json.dumps({"versions": versions, "prompt": text, "ids": ids, "plain": plain, "prior": prior}) + "\n")
