"""Writes Tests/StatisticsTests/Fixtures/small-numerics.json: what numpy and scikit-learn compute for made points.

pip install numpy scikit-learn; python make_small_numerics.py
"""

import json
import pathlib

import numpy as np
import sklearn.cluster
import sklearn.decomposition
import sklearn.metrics

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/StatisticsTests/Fixtures/small-numerics.json"


def main():
    draw = np.random.default_rng(7)
    centers = np.array([[0, 0, 0, 0], [3, 3, 0, 1], [-4, 2, 2, 0]], float)
    points = np.concatenate([c + 0.6 * draw.standard_normal((14, 4)) for c in centers] + [8 * draw.random((6, 4)) - 4])
    points = points.round(3)
    square = points[:5, :4].T @ points[:5, :4]
    wide = draw.standard_normal((3, 5)).round(3)
    pca = sklearn.decomposition.PCA(3).fit(points)
    dbscan = sklearn.cluster.DBSCAN(eps=1.2, min_samples=4).fit_predict(points)
    kmeans = np.arange(len(points)) // 16
    record = {
        "points": points.tolist(),
        "symmetric": square.ravel().tolist(), "eigenvalues": np.linalg.eigvalsh(square)[::-1].tolist(),
        "wide": wide.ravel().tolist(), "singular_values": np.linalg.svd(wide, compute_uv=False).tolist(),
        "pca": {
            "mean": pca.mean_.tolist(), "components": pca.components_.tolist(),
            "variance": pca.explained_variance_.tolist(), "share": pca.explained_variance_ratio_.tolist(),
            "coordinates": pca.transform(points[:2]).tolist(),
        },
        "dbscan": {"radius": 1.2, "minimum": 4, "clusters": dbscan.tolist()},
        "other": kmeans.tolist(),
        "adjusted_rand": sklearn.metrics.adjusted_rand_score(dbscan, kmeans),
        "silhouettes": sklearn.metrics.silhouette_samples(points, kmeans).tolist(),
    }
    OUTPUT.write_text(json.dumps(record, indent=1) + "\n")


main()
