"""Whether transformers, and peft for an adapter, compute from folders of ours what we computed.

    python check_adapter.py CHECKS.json

CHECKS.json is a list. `folder` is an adapter, and then `base` the folder of its model; or a whole model. `ids` and
`supervised` hold a list for each sequence, and `token_nll` our losses of all supervised tokens in order. Prints a line
for each, and exits with 1 where a loss is more than 1e-4 of the largest from theirs.
"""
import json
import pathlib
import sys
import warnings

import peft
import torch
import transformers

import references


def read(folder, base=None):
    model, loading = transformers.AutoModelForCausalLM.from_pretrained(
        base or folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    wrong = {key: names for key, names in loading.items() if names}
    assert not wrong, wrong
    if base is None:
        return model.eval()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*missing adapter keys.*")
        return peft.PeftModel.from_pretrained(model, folder).eval()


def distance(check):
    model = read(check["folder"], check.get("base"))
    with torch.no_grad():
        found = torch.cat([
            references.next_token_losses(model, torch.tensor(ids), torch.tensor(marks, dtype=torch.bool))[1]
            for ids, marks in zip(check["ids"], check["supervised"])])
    distance = references.relative(torch.tensor(check["token_nll"]), found)
    print(f"{check['folder']}: {len(found)} losses, mean {found.mean():.4f}, largest distance {distance:.1e}")
    return distance


def main(checks):
    transformers.utils.logging.disable_progress_bar()
    sys.exit(max([distance(check) for check in json.loads(pathlib.Path(checks).read_text())]) > 1e-4)


main(*sys.argv[1:])
