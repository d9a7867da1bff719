"""Writes digests.txt: for each published chat template and conversation, without and with a generation prompt, a digest of the
text that transformers renders, or of what the template raises. The day is set to 2026-07-04. Needs transformers 5.23.0.

    node dist/scripts/write-published.js DIR      # DIR/chat-templates.json, from an npm package
    python make_digests.py DIR [NAME]             # with a name: prints that template's texts instead
"""
import datetime
import hashlib
import json
import pathlib
import sys

import jinja2
from transformers.utils import chat_template_utils


class Day(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 7, 4, 15, 6, 7)


chat_template_utils.datetime = Day
here = pathlib.Path(__file__).parent
conversations = json.loads((here / "conversations.json").read_text())
templates = json.loads((pathlib.Path(sys.argv[1]) / "chat-templates.json").read_text())
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


def render(template, conversation, prompt):
    try:
        texts, _ = chat_template_utils.render_jinja_template([conversation], chat_template=template, add_generation_prompt=prompt, **TOKENS)
        return texts[0]
    except jinja2.exceptions.UndefinedError:
        return "error"
    except jinja2.exceptions.TemplateError as error:
        return f"raised: {error.message}"
    except (TypeError, KeyError, AttributeError, IndexError):
        return "error"


rows = []
for name, template in templates.items():
    texts = [render(template, conversation, prompt) for conversation in conversations for prompt in (False, True)]
    if name == (sys.argv[2] if len(sys.argv) > 2 else None):
        print(json.dumps(texts, ensure_ascii=False, indent=1))
        sys.exit()
    rows.append(" ".join([name, *(hashlib.sha256(text.encode()).hexdigest()[:6] for text in texts)]))
(here / "digests.txt").write_text("\n".join(rows) + "\n")
