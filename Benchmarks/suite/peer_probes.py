"""Probes by scikit-learn, the places side by side in processes of one thread each."""
import argparse
import json
import os
import pathlib

flags = argparse.ArgumentParser()
flags.add_argument("--started")
flags.add_argument("file")
flags.add_argument("outcome", type=pathlib.Path)
flags.add_argument("threads", type=int)
options = flags.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import h5py  # noqa: E402
import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

FOLDS = 5
with h5py.File(options.file) as file:
    label, group = file["label"].asstr()[()], file["group"].asstr()[()]
    states = {site: file[site][()] for site in ("residual", "head", "mlp", "final")}
groups = {}
folds = np.array([groups.setdefault(name, len(groups)) % FOLDS for name in group])
labels = (label == sorted(set(label))[1]).astype(int)


def probe(x):
    chances = np.empty((len(x), 2))
    for fold in range(FOLDS):
        held = folds == fold
        scale = StandardScaler().fit(x[~held])
        model = LogisticRegression(C=1.0, tol=1e-6, max_iter=2000).fit(scale.transform(x[~held]), labels[~held])
        chances[held] = model.predict_proba(scale.transform(x[held]))
    return float(log_loss(labels, chances)), float((chances.argmax(1) == labels).mean())


places = [("residual", i, None, states["residual"][:, i]) for i in range(states["residual"].shape[1])]
places += [("head", i, j, states["head"][:, i, j]) for i in range(states["head"].shape[1]) for j in range(states["head"].shape[2])]
places += [("mlp", i, None, states["mlp"][:, i]) for i in range(states["mlp"].shape[1])]
places += [("final", states["mlp"].shape[1], None, states["final"])]
found = joblib.Parallel(n_jobs=options.threads)(joblib.delayed(probe)(x.astype(float)) for *_, x in places)
options.outcome.write_text(json.dumps({"probes": [
    {"site": site, "layer": layer, "head": head, "log_loss": loss, "accuracy": accuracy}
    for (site, layer, head, _), (loss, accuracy) in zip(places, found)]}))
print("{}")
