"""Measures everything that sft-probe is held to beside the best that Python's libraries can do, and writes one table.

Every measurement is a process of its own, and the rows of a group take turns, so that a slow minute hits all of them.
"""
import argparse
import json
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "compare-pytorch"), str(HERE.parent / "compare-training")]
import attribution
import before as earlier
import diagnosis
import generation
import languages
import large
import machine
import preferences
import probing
import resampling
import robustness
import scoring
import starting
import summary
import tokenizing
import training
from data import Data
from measuring import convert, default_model
from tuning import tuned

SIZES = {
    "full": {"attributed": 32, "scored": 48, "answered": 12, "answer_tokens": 64, "queries": 24, "steps": 5, "batch": 4,
             "resampled": 10_000, "large": 3, "read": 1_000, "probed": 2_000,
             "perturbed": 64},
    "quick": {"attributed": 4, "scored": 6, "answered": 4, "answer_tokens": 16, "queries": 4, "steps": 3, "batch": 2,
              "resampled": 2_000, "large": 1, "read": 100, "probed": 200, "perturbed": 8}}
GROUPS = ["attribution", "scoring", "generation", "generation-alone", "diagnosis", "training", "preferences", "telemetry", "tokenizer",
          "start", "statistics", "states", "probes", "robustness", "languages"]


def parse():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--only", nargs="*", choices=GROUPS, default=GROUPS, metavar="GROUP",
                       help=f"some of {', '.join(GROUPS)}")
    flags.add_argument("--quick", action="store_true", help="small sizes, one run of each row, nothing tuned, nothing in bf16")
    flags.add_argument("--repeats", type=int, help="runs of each row (default 3, with --quick 1)")
    flags.add_argument("--published", action="store_true",
                       help="also attribution as the paper's release does it (minutes, 14 GB)")
    flags.add_argument("--large", action="store_true", help="also a random model of 1.1 B parameters (minutes, 12 GB)")
    flags.add_argument("--large-model", type=pathlib.Path, metavar="GGUF", help="one made before")
    flags.add_argument("--gsm8k", type=pathlib.Path, help="GSM8K's test.jsonl (default: the project's own word problems)")
    flags.add_argument("--model", help="a GGUF file of a Llama (default: SmolLM2-135M)")
    flags.add_argument("--pytorch-model", type=pathlib.Path, help="its weights as a float32 folder, where one is there")
    flags.add_argument("--bf16-model", type=pathlib.Path, help="its weights as a bf16 folder, where one is there")
    flags.add_argument("--ours", type=pathlib.Path, default=ROOT / ".build/release/sft-probe")
    flags.add_argument("--before", type=pathlib.Path, metavar="OURS",
                       help="an earlier build, which takes the place of all peers: what a change costs")
    flags.add_argument("--threads", type=int, default=2)
    flags.add_argument("--output", type=pathlib.Path, default=HERE.parent / "results.md")
    options = flags.parse_args()
    options.model = options.model or default_model(flags)
    options.size = SIZES["quick" if options.quick else "full"]
    options.repeats = options.repeats or (1 if options.quick else 3)
    for tool in filter(None, (options.ours, options.before)):
        if not tool.exists():
            flags.error(f"{tool} is missing: build it with `make build`, or name one with --ours")
    return options


def shape_of(folder):
    """Sizes of a Llama: layers, width, vocabulary, and the weights of a layer [rows, columns]."""
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    width, middle, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
    keys = width // heads * config["num_key_value_heads"]
    weights = [(width, width), (keys, width), (keys, width), (width, width), (middle, width), (middle, width), (width, middle)]
    return {"layers": config["num_hidden_layers"], "width": width, "vocabulary": config["vocab_size"], "weights": weights}


def groups(options, folder):
    """Each group, made when its turn comes."""
    data = Data(options, folder)
    makers = {
        "attribution": lambda: attribution.group(options, data), "scoring": lambda: scoring.group(options, data),
        "generation": lambda: generation.together(options, data), "generation-alone": lambda: generation.alone(options, data),
        "diagnosis": lambda: diagnosis.group(options, data), "training": lambda: training.group(options, data, folder),
        "preferences": lambda: preferences.group(options, data, folder),
        "telemetry": lambda: training.telemetry(options, data, folder),
        "tokenizer": lambda: tokenizing.group(options, data), "start": lambda: starting.group(options, data),
        "statistics": lambda: resampling.group(options, data), "states": lambda: probing.states(options, data),
        "probes": lambda: probing.probes(options, data),
        "robustness": lambda: robustness.group(options, data),
        "languages": lambda: languages.group(options, data, folder)}
    for key in GROUPS:
        if key in options.only:
            yield makers[key]()
    if options.large or options.large_model:
        yield large.group(options, data, folder)


def measure(group, options, folder):
    """Settings and results by row."""
    if options.quick:
        group.rows = [row for row in group.rows if "bf16" not in row.name]
        group.lines = [line for line in group.lines if "bf16" not in line.ours]
    settings = tuned(group, folder, options.quick)
    results = {row.name: [] for row in group.rows}
    runs = options.repeats * group.turns
    for repeat in range(runs):
        for place, row in enumerate(group.rows):
            if repeat == 0 or not row.once:
                result = row.measure(folder / f"{group.key}-{place}-{repeat}", settings[row.name])
                told = {key: value for key, value in result.items() if key not in ("losses", "tokens")}
                print(f"  {repeat + 1}/{runs} {row.name}: {told}", file=sys.stderr, flush=True)
                results[row.name].append(result)
    return results, settings


def main():
    options, begun = parse(), time.time()
    head = machine.header(options)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        options.pytorch_model = str(options.pytorch_model or convert(options.model, folder / "model"))
        options.shape = shape_of(options.pytorch_model)
        options.in_bf16 = argparse.Namespace(**vars(options))  # the same with weights as most folders have them
        if not options.quick and {"attribution", "scoring"} & set(options.only):
            options.in_bf16.model = options.in_bf16.pytorch_model = str(
                options.bf16_model or convert(options.model, folder / "bf16", "bfloat16"))
        measured = []
        for group in groups(options, folder):
            group = earlier.beside_before(group, options) if options.before else group
            print(f"{group.key} ({(time.time() - begun) / 60:.1f} minutes)", file=sys.stderr, flush=True)
            measured.append((group, *measure(group, options, folder)))
            text = render(head, measured, time.time() - begun)
            options.output.write_text(text + "\n")  # what is there survives an interruption
    print(text)


def render(head, measured, seconds):
    details = [line for group, results, settings in measured for line in summary.all_rows(group, results, settings)]
    return "\n".join([
        "# sft-probe beside Python", "", *head,
        f"- Took {seconds / 60:.0f} minutes; rows took turns; median (smallest–largest)", "",
        *summary.first_table(measured), "",
        (HERE / "notes.md").read_text(), *details]).rstrip()


main()
