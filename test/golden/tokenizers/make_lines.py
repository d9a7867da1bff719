"""Writes lines.jsonl: 1,000 texts (one JSON string a line) that tokenizers get wrong. Deterministic; needs Python 3.11 alone.

    python make_lines.py > lines.jsonl
"""
import json
import random
import unicodedata

rng = random.Random(20261122)
pick = rng.choice

SUBJECTS = ["The committee", "My neighbour Zoë", "A 12-year-old physicist", "Dr. O'Neil", "the façade", "Everyone's cat", "No-one", "She", "They", "NASA"]
VERBS = ["couldn't verify", "has re-written", "WON'T accept", "we'll ignore", "quietly forgets", "overestimated", "co-authored", "'tis said, found", "I'm told, re-sold", "SHE'LL publish"]
OBJECTS = ["the unlearning audit", "three naïve résumés", "an anti-inflammatory drug (10 mg/kg)", "“smart quotes” and ‘apostrophes’", "https://example.org/a?b=1&c=%20#d",
           "a_b-c.d@example.co.uk", "the $3.50 receipt", "Antidisestablishmentarianism", "e.g. §4(b)—see p. 7", "it's, it'S and IT'S"]
ENDS = [".", "!", "?", "...", "…", " ;", "!?", ".\n", " :-)", "\"", ".)", " —"]
CHINESE = ["今天天气很好", "我们正在研究机器遗忘", "糖尿病患者应该注意饮食", "请问北京大学在哪里", "他说：“不知道。”", "第12章（上）", "人工智能模型GPT-4发布了", "《红楼梦》", "，", "。", "、", "！？", "……", "——",
           "龘靐齉", "繁體中文與簡體中文", "價格是￥1,234.50元", "𠮷野家", "ABC公司", "２０２６年", " ", "　", "㈱"]
EAST = ["日本語のテキスト", "カタカナとひらがな", "が゙", "ｶﾅ", "한국어 문장입니다", "각", "東京タワーは333mです", "안녕하세요!", "ですか？", "ー", "〜", "조선글"]
MIDDLE = ["مرحبا بالعالم", "السَّلَامُ عَلَيْكُمْ", "שָׁלוֹם עוֹלָם", "نص ١٢٣", "हिन्दी में लिखा हुआ", "क्षत्रिय", "বাংলা ভাষা", "ไทยไม่มีเว้นวรรค", "ภาษาไทย", "தமிழ்", "Ελληνικά", "Привет, мир", "ё", "Հայերեն", "ქართული", "አማርኛ",
          "\u200fרtl\u200e", "\u202b‎abc\u202c", "، ؟ ؛ ۔ ।"]
CODE = ["def f(x: int) -> int:", "    return x**2 + 1", "\tif (a != b && c <= d) {", "\t\treturn `${a}`;", "}", "});", "#include <stdio.h>", "for (int i=0;i<10;++i)", "SELECT * FROM t WHERE a='b' --x", "<div class=\"x\">", "</div>", "<table><tr><td>",
        "λ = lambda *a, **k: None", "x |= 0xFF & ~mask", "git commit -m 'fix: 42'", "printf(\"%d\\n\", x);", "/* comment */", "// TODO(me): ???", "        deeply = {'nested': [[1, 2], []]}", "const a = b?.c ?? d;", "$ ls -la | grep .ts", "\\frac{a}{b}", "{{ jinja }}", "a.b.c_d_e", "camelCaseWord", "SNAKE_CASE", "!==", ">>>="]
EMOJI = ["🙂", "😀😃", "👨‍👩‍👧‍👦", "👩🏽‍💻", "🇩🇪🇨🇳", "❤️", "✌🏿", "1️⃣", "🏳️‍🌈", "☕", "🧑‍🚀", "🫠", "©️", "™", "⬛⬜", "😂" * 7, "🤷‍♀️", "🦾", "♻", "🀄", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏻"]
SPACE = [" ", "  ", "   ", "\t", "\t\t", "\n", "\n\n", "\n\n\n", " \n ", "\r", "\r\n", "\v", "\f", "\u00a0", "\u2003", "\u3000", "\u2028", "\u2029", "\u0085", "\ufeff", "\u200b", "\u200c", "\u200d", "\u2060", "\u180e", "\u1680", "\u202f", " " * 17, " " * 33, "\t" * 9]
MARKS = ["e\u0301", "\u0301", "a\u0323\u0302", "ñ", "n\u0303", "Z\u0351\u036b\u0343a\u0300\u0301\u0302\u0303\u0304", "Å", "\u212b", "ﬁ", "ǆ", "ß", "ẞ", "İ", "ı", "ſ", "Ω", "\u2126", "½", "²", "①", "Ⅷ", "\u0344", "\u1e9b\u0323", "가\u11a8", "ᄀ\u1161", "\u0fb2\u0f80"]
CONTROL = ["\u0000", "\u0001", "\u0008", "\u001b[31m", "\u001f", "\u007f", "\u0080", "\u009f", "\u00ad", "\u202e", "\u2066", "\ufff9", "\ufffd", "\ufffe", "\ufdd0", "\U000e0001", "\ue000", "\U0010ffff"]
SPELT = ["<s>", "</s>", "<unk>", "<pad>", "<bos>", "<eos>", "<mask>", "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end|>", "<|user|>", "<|assistant|>", "<start_of_turn>", "<end_of_turn>", "<unused0>", "<0x41>", "<0xE4>",
         "▁", "▁▁", "▁the", "Ġthe", "Ċ", "<|fim_prefix|>", "<tool_call>", "[INST]", "[/INST]", "<<SYS>>", "<|im_", "end|>", "< s>", "<S>"]
NUMBERS = ["0", "7", "42", "007", "1234", "12345", "3.14159", "1,000,000", "1e-10", "-273.15", "2026-11-22T17:36:15Z", "192.168.0.1", "0xDEADBEEF", "50%", "№5", "٣٤٥", "१२३", "１２３", "³", "¼", "x1y22z333", "1" * 40, "+49 (0)30 123456", "1٣4", "Ⅻ", "𝟘𝟙"]
ASSIGNED = [chr(c) for c in [*range(0x20, 0xD800), *range(0xE000, 0x20000), *range(0x20000, 0x20400), *range(0xE0100, 0xE0110)] if unicodedata.category(chr(c)) != "Cn"]


def joined(parts, low, high, glue=("", " ")):
    glue = pick(glue) if isinstance(glue, tuple) else glue
    return glue.join(pick(parts) for _ in range(rng.randint(low, high)))


def sentence():
    return f"{pick(SUBJECTS)} {pick(VERBS)} {pick(OBJECTS)}{pick(ENDS)}"


def mixed():
    pools = [OBJECTS, CHINESE, EAST, MIDDLE, CODE, EMOJI, SPACE, MARKS, CONTROL, SPELT, NUMBERS]
    return "".join(pick(pick(pools)) for _ in range(rng.randint(2, 7)))


def long_word():
    return pick(["aaaaaaaaaa" * 30, "的" * 120, "Donaudampfschiff" * 15, "🙂" * 60, " " * 300, "ab1" * 90, "-=" * 120, "é" * 150, "\n" * 80, "xyzzy" * 50 + " end", "=" * 200, "А" * 130])


KINDS = [
    (220, lambda: " ".join(sentence() for _ in range(rng.randint(1, 2)))),
    (150, lambda: joined(CHINESE, 2, 7, ("", "", "，"))),
    (50, lambda: joined(EAST, 1, 4)),
    (70, lambda: joined(MIDDLE, 1, 4)),
    (120, lambda: joined(CODE, 1, 4, ("\n", " ", "\n    "))),
    (60, lambda: joined(EMOJI + ["text", "文字"], 1, 5)),
    (60, lambda: joined(SPACE + ["a", "Word", "中", "1", "."], 2, 8, "")),
    (40, lambda: joined(MARKS + ["a", " "], 1, 6)),
    (25, lambda: joined(CONTROL + ["a", " b"], 1, 5, "")),
    (50, lambda: joined(NUMBERS, 1, 5, (" ", "", ", "))),
    (50, lambda: joined(SPELT + ["hello", " ", "\n"], 1, 5)),
    (15, long_word),
    (50, lambda: "".join(pick(ASSIGNED) for _ in range(rng.randint(3, 16)))),
    (40, mixed),
]

lines = {}
for count, make in KINDS:
    goal = len(lines) + count
    tries = 0
    while len(lines) < goal:
        text = make()
        tries += 1
        lines[text if tries < 2000 else text + str(tries)] = None
assert len(lines) == 1000
for line in lines:
    print(json.dumps(line))
