"""Whether transformers, and peft for an adapter, compute from a folder of ours what we computed.

    python check_adapter.py FOLDER LOSSES.json [BASE]

FOLDER is an adapter (then BASE is the folder of its model) or a whole model. LOSSES.json holds `ids` and `supervised`,
a list for each sequence, and `token_nll`, our losses of all supervised tokens in order. Exits with 1 where one of them
is more than 1e-4 of the largest from theirs.
"""
import json
import pathlib
import sys

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
    import warnings

    import peft
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # peft warns of missing keys
        warnings.filterwarnings("ignore", message=".*fan_in_fan_out.*")
        return peft.PeftModel.from_pretrained(model, folder).eval()


def main(folder, losses, base=None):
    transformers.utils.logging.disable_progress_bar()
    ours = json.loads(pathlib.Path(losses).read_text())
    model = read(folder, base)
    with torch.no_grad():
        found = torch.cat([
            references.next_token_losses(model, torch.tensor(ids), torch.tensor(marks, dtype=torch.bool))[1]
            for ids, marks in zip(ours["ids"], ours["supervised"])])
    distance = references.relative(torch.tensor(ours["token_nll"]), found)
    print(f"{folder}: {len(found)} losses, mean {found.mean():.4f}, largest distance {distance:.1e}")
    sys.exit(0 if distance <= 1e-4 else 1)


main(*sys.argv[1:])
