"""Makes encoders/: tiny random cross-encoders with three NLI labels, and what transformers computes with them.

    python make_encoders.py       (a few seconds; transformers, tokenizers, torch, safetensors)

For each of bert, roberta and distilbert a folder with config.json, model.safetensors and tokenizer.json, and
reference.json: pairs of texts, their tokens and token types, and the logits of the labels. The last pairs are
longer than the model's context and are truncated (longest first).
"""
import json
import pathlib

import tokenizers
import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

FOLDER = pathlib.Path(__file__).parent / "encoders"
TEXTS = [
    "A man plays a guitar on the stage.", "A man is playing an instrument.", "Nobody is on the stage.",
    "The cat sleeps on a warm stone in the garden.", "An animal sleeps outside.", "Two dogs run over the snow.",
    "The snow is deep, and the dogs are tired.", "She did not go to school today.", "She went to school.",
]
LONG = " ".join(TEXTS[:6])
PAIRS = [
    (TEXTS[0], TEXTS[1]), (TEXTS[0], TEXTS[2]), (TEXTS[3], TEXTS[4]), (TEXTS[5], TEXTS[6]), (TEXTS[7], TEXTS[8]),
    ("", TEXTS[1]), ("x", "y"), (LONG, TEXTS[1]), (TEXTS[1], LONG), (LONG, LONG + " " + TEXTS[8]),
]
CONTEXT = 40


def wordpiece():
    words = sorted({w.strip(".,").lower() for text in TEXTS for w in text.split()})
    letters = sorted({c for w in words for c in w} | set(".,"))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + ["##" + c for c in letters]
    pieces += [w for w in words if len(w) > 1][::2] + ["##ing", "##ps", "##ed"]  # others fall into parts
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(dict.fromkeys(pieces))}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))])
    return tokenizer


def merges(count):
    """The most frequent neighbours, again and again; of equals the first by alphabet."""
    words = [list(w) for text in TEXTS for w, _ in pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(text)]
    found = []
    for _ in range(count):
        counts = {}
        for word in words:
            for pair in zip(word, word[1:]):
                counts[pair] = counts.get(pair, 0) + 1
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        found.append(best)
        for word in words:
            k = 0
            while k + 1 < len(word):
                if (word[k], word[k + 1]) == best:
                    word[k:k + 2] = ["".join(best)]
                k += 1
    return found


def bytelevel():
    pairs = merges(60)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] + sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces += ["".join(pair) for pair in pairs]
    tokenizer = Tokenizer(models.BPE({p: i for i, p in enumerate(dict.fromkeys(pieces))}, pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer


COMMON = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24)
LABELS = {
    "bert": ["contradiction", "entailment", "neutral"],
    "roberta": ["CONTRADICTION", "NEUTRAL", "ENTAILMENT"],
    "distilbert": ["entailment", "neutral", "contradiction"],
}


def configuration(kind, size):
    labels = dict(id2label=dict(enumerate(LABELS[kind])), label2id={n: i for i, n in enumerate(LABELS[kind])})
    if kind == "bert":
        return transformers.BertConfig(
            vocab_size=size, max_position_embeddings=CONTEXT, pad_token_id=0, **SIZES, **COMMON, **labels)
    if kind == "roberta":
        return transformers.RobertaConfig(
            vocab_size=size, max_position_embeddings=CONTEXT + 2, type_vocab_size=1, pad_token_id=1, bos_token_id=0,
            eos_token_id=2, layer_norm_eps=1e-5, **SIZES, **COMMON, **labels)
    return transformers.DistilBertConfig(
        vocab_size=size, max_position_embeddings=CONTEXT, dim=16, n_layers=2, n_heads=2, hidden_dim=24,
        pad_token_id=0, dropout=0.0, attention_dropout=0.0, seq_classif_dropout=0.0, **labels)


@torch.no_grad()
def make(kind):
    folder = FOLDER / kind
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = bytelevel() if kind == "roberta" else wordpiece()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(len(kind))
    model = transformers.AutoModelForSequenceClassification.from_config(
        configuration(kind, tokenizer.get_vocab_size()), attn_implementation="eager").eval()
    for name, weight in model.named_parameters():  # far from what they begin with, biases too
        weight.add_(torch.randn_like(weight) * 0.3)
    model.save_pretrained(folder)
    tokenizer.enable_truncation(CONTEXT, strategy="longest_first")
    records = []
    for premise, hypothesis in PAIRS:
        encoded = tokenizer.encode(premise, hypothesis)
        inputs = dict(input_ids=torch.tensor([encoded.ids]), attention_mask=torch.ones(1, len(encoded.ids)).long())
        if kind == "bert":
            inputs["token_type_ids"] = torch.tensor([encoded.type_ids])
        logits = model(**inputs).logits[0]
        records.append(dict(
            premise=premise, hypothesis=hypothesis, input_ids=encoded.ids,
            token_types=encoded.type_ids if kind == "bert" else [0] * len(encoded.ids),
            logits=logits.tolist(), probabilities=logits.softmax(-1).tolist()))
    about = dict(transformers=transformers.__version__, labels=LABELS[kind], context=CONTEXT, pairs=records)
    (folder / "reference.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n")
    print(kind, [len(r["input_ids"]) for r in records], records[0]["probabilities"])


transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(1)
for kind in LABELS:
    make(kind)
