"""Diagnosis: how sure a model is of each of two answers, told nothing and told each of four facts."""
from children import flags, largest, python, read_lines, tool
from groups import Group, Line, Row
from tuning import settings_of

OURS = "sft-probe diagnose"
BATCHED, PREFIXED = "transformers, sdpa, sorted batches", "transformers, sdpa, prompts computed once"


def group(options, data):
    queries, tuning = data.queries(options.size["queries"]), data.queries(6)

    def ours(outcome, _):
        result = tool(options, "diagnose", "--model", options.model, "--queries", queries, "--calibration", "none",
                      "--threshold", 0, "--normalize", "sum", "--threads", options.threads, "--progress", "json",
                      "--output", outcome)
        return result | {"amount": options.size["queries"] * 4, "outcome": outcome}

    def peer(way):
        return lambda outcome, setting: python(
            "peer_diagnosis.py", "--way", way, "--model", options.pytorch_model, "--data",
            tuning if "tuning" in setting else queries, "--outcome", outcome, "--threads", options.threads, *flags(setting),
            outcome=outcome)

    settings = settings_of(options, "batch_tokens", (1, 768))
    return Group(
        "diagnosis", f"Diagnosis of {options.size['queries']} queries with 2 answers and 4 facts each, causes.tsv",
        [Row(OURS, ours), Row(BATCHED, peer("batches"), settings),
         Row(PREFIXED, peer("prefix"), settings)],
        [Line("diagnosis, same batching", OURS, [BATCHED], "pairs/s", bar=2.5, memory_bar=0.4),
         Line("diagnosis, prompts computed once", OURS, [PREFIXED], "pairs/s")], unit="pairs/s",
        reference=BATCHED, difference=difference, difference_is="of a belief in an answer")


def difference(result, reference):
    truth = {(line["query_id"], line["fact"]): line for line in read_lines(reference["outcome"])}
    return largest(pair for line in read_lines(result["outcome"]) for side in ("p", "q")
                   for pair in zip(line[side], truth[line["query_id"], line["fact"]][side]))
