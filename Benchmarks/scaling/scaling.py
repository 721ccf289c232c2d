"""How time and memory of head attribution grow with the length of an example, the number of examples, layers, and threads.

Writes a table and, beside it, a picture (SVG). Every measurement is a process of its own.
"""
import argparse
import json
import pathlib
import random
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / part) for part in ("compare-pytorch", "suite")]
import compare
import machine
from measuring import convert, default_model, read_examples, run, write_lines

LENGTHS, COUNTS, LAYERS = [128, 256, 512, 1024, 2048, 4096, 8192], [8, 16, 32, 64], [8, 15, 30, 60]


def parse():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--lengths", nargs="*", type=int, default=LENGTHS, help="tokens of a single example of random words")
    flags.add_argument("--examples", nargs="*", type=int, default=COUNTS, help="numbers of examples")
    flags.add_argument("--layers", nargs="*", type=int, default=LAYERS,
                       help="layers of a random model of SmolLM2-135M's width, on the smallest but one number of examples")
    flags.add_argument("--threads", nargs="*", type=int, default=[1, 2],
                       help="threads, on the smallest but one number of examples")
    flags.add_argument("--pytorch-up-to", type=int, default=1024, metavar="TOKENS",
                       help="lengths that PyTorch (gates, sdpa) measures too, 0 for none (default 1024)")
    flags.add_argument("--repeats", type=int, default=1)
    flags.add_argument("--gsm8k", type=pathlib.Path, help="GSM8K's test.jsonl (default: the project's own word problems)")
    flags.add_argument("--model", help="GGUF file or Hugging Face folder (default: SmolLM2-135M)")
    flags.add_argument("--pytorch-model", type=pathlib.Path, help="its weights as a float32 folder, where one is there")
    flags.add_argument("--ours", type=pathlib.Path, default=ROOT / ".build/release/sft-probe")
    flags.add_argument("--output", type=pathlib.Path, default=HERE.parent / "scaling.md",
                       help="the table; the picture stands beside it")
    options = flags.parse_args()
    options.model, options.repeats = options.model or default_model(flags), max(1, options.repeats)
    options.data, options.limit = [ROOT / "notebooks-data/tasks/arithmetic.jsonl"], None
    if not options.ours.exists():
        flags.error(f"{options.ours} is missing: build it with `make build`, or name one with --ours")
    return options


def random_words(count, seed=0):
    """Words of one to three syllables, drawn; nothing repeats, so no length is easier than another."""
    draw = random.Random(seed)
    word = lambda: "".join(draw.choice("bdfgklmnprstvz") + draw.choice("aeiou") for _ in range(draw.randint(1, 3)))
    return [word() for _ in range(count)]


def one_example(tokens, tokenizer):
    """A prompt and a completion of 64 tokens or so, together at most `tokens` with the end token, and hardly fewer."""
    size = lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)
    words = random_words(tokens)
    count = len(words)
    while (over := size(" ".join(words[:count])) - (tokens - 4)) > 0:
        count -= max(1, over // 4)
    answer = min(24, count // 2)
    prompt, completion = words[: count - answer], words[count - answer : count]
    return {"id": str(tokens), "prompt": " ".join(prompt), "completion": " " + " ".join(completion)}


class Measurer:
    def __init__(self, options, folder):
        self.options, self.folder, self.number = options, folder, 0

    def __call__(self, row, data, threads, model=None):
        """The median of some runs by time; what went wrong where one failed."""
        model = model or self.options.model
        found = [self.once(row, data, threads, model) for _ in range(self.options.repeats)]
        failed = [result for result in found if "failed" in result]
        result = failed[0] if failed else sorted(found, key=lambda r: r["loop"])[len(found) // 2]
        print(f"  {row} {data.stem}, {threads} threads, {pathlib.Path(model).stem}: {result}", file=sys.stderr, flush=True)
        return result

    def once(self, row, data, threads, model):
        self.number += 1
        options = argparse.Namespace(**(vars(self.options) | {"threads": threads, "model": model}))
        if row == "ours":
            return compare.measure_ours(options, "ours", data, self.folder / f"{self.number}.h5")
        scores = self.folder / f"{self.number}.npz"
        return compare.measure_pytorch(options, row, data, scores, {"streams": 1, "batch_tokens": 1})


def random_model(layers, vocabulary, folder):
    path = folder / f"{layers}-layers.gguf"
    code, _, _, _, err = run([sys.executable, HERE.parent / "large-models/make_random_gguf.py", "135m", vocabulary, path,
                              layers])
    if code:
        sys.exit(f"a model of {layers} layers could not be made: {err[-1]}")
    return path


def series(options, folder):
    """Points by series: what was varied, and result."""
    import tokenizers
    tokenizer = tokenizers.Tokenizer.from_file(str(pathlib.Path(options.pytorch_model) / "tokenizer.json"))
    measure, most = Measurer(options, folder), max(options.threads)
    found = {"length": [], "length, PyTorch": [], "examples": [], "layers": [], "threads": []}
    for length in options.lengths:
        data = folder / f"{length}-tokens.jsonl"
        write_lines(data, [one_example(length, tokenizer)])
        found["length"].append((length, measure("ours", data, most)))
        if length <= options.pytorch_up_to:
            found["length, PyTorch"].append((length, measure("gates-sdpa", data, most)))
    drawn = read_examples(options)
    files = {}
    for count in options.examples:
        files[count] = folder / f"{count}-examples.jsonl"
        write_lines(files[count], drawn[:count])
        found["examples"].append((count, measure("ours", files[count], most)))
    if files:
        data = files[sorted(files)[min(1, len(files) - 1)]]
        for layers in options.layers:
            found["layers"].append((layers, measure("ours", data, most, random_model(layers, options.model, folder))))
        found["threads"] = [(threads, measure("ours", data, threads)) for threads in options.threads]
    return found


def main():
    options = parse()
    head = machine.header(argparse.Namespace(**(vars(options) | {"threads": max(options.threads)})))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        options.pytorch_model = str(options.pytorch_model or convert(options.model, folder / "model"))
        found, points = series(options, folder), folder / "points.json"
        points.write_text(json.dumps({"head": head, "series": found}, default=str))
        code, _, _, out, err = run([sys.executable, HERE / "plot.py", points, options.output])
    if code:
        sys.exit(f"the table could not be made: {err[-1]}")
    print("\n".join(out))


if __name__ == "__main__":
    main()
