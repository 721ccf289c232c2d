"""N samples of one prompt by transformers' generate, in float32.

    python samples_transformers.py MODEL.gguf PROMPT SAMPLES TOKENS THREADS

Prints the seconds of the generation alone (the model is loaded before), and peak memory.
"""
import pathlib
import resource
import sys
import time

import torch
import transformers

path, prompt, samples, tokens, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
path = pathlib.Path(path)
source = dict(pretrained_model_name_or_path=path.parent, gguf_file=path.name)
model = transformers.AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32).eval()
ids = transformers.AutoTokenizer.from_pretrained(**source)(prompt, return_tensors="pt").input_ids
start = time.time()
with torch.no_grad():
    found = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                           num_return_sequences=int(samples), max_new_tokens=int(tokens), min_new_tokens=int(tokens),
                           return_dict_in_generate=True, output_logits=True)
    logits = torch.stack(found.logits, 1)
    sums = logits.log_softmax(-1).gather(2, found.sequences[:, ids.shape[1]:, None])[..., 0].sum(1)
seconds = time.time() - start
print(f"transformers: {ids.shape[1]} tokens of prompt, {samples} samples of {tokens} tokens, {seconds:.2f} s, "
      f"{int(samples) * int(tokens) / seconds:.0f} tokens/s, mean log p {sums.mean():.1f}, peak memory "
      f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
