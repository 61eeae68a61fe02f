"""Scores of a code space by scikit-learn and SciPy, beside those of `latent evaluate --scores all --json`.

    npx latent encode RUN --out codes.npy
    npx latent evaluate RUN --scores all --json > scores.json
    python bench/peers/scores.py codes.npy scores.json MNIST_FOLDER

MNIST_FOLDER holds the four IDX files. Prints a row for each score: ours, theirs, the difference.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
from scipy.spatial.distance import pdist
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler


def idx(folder, name):
    path = next(p for p in Path(folder).iterdir() if p.name.replace(".", "-").startswith(name))
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    dims = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(dims)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dims).reshape(shape)


codes = np.load(sys.argv[1]).reshape(70000, -1).astype(np.float64)
ours = json.loads(Path(sys.argv[2]).read_text())
folder = sys.argv[3]
labels = [idx(folder, "train-labels"), idx(folder, "t10k-labels")]
images = [idx(folder, "train-images"), idx(folder, "t10k-images")]
train, test = codes[:60000], codes[60000:]


def row(name, own, theirs):
    print(f"{name:34} {own:.8f} {theirs:.8f} {own - theirs:+.1e}", flush=True)


def scores(part, k):
    return next(s for s in ours["neighbourhoods"] if s["part"] == part and s["k"] == k)


for k in (5, 10, 50):
    model = KNeighborsClassifier(k).fit(train, labels[0])
    row(f"test knn, k={k}", scores("test", k)["knn"], model.score(test, labels[1]))
    # An image has no vote for itself: its own row is the nearest, and is left out.
    found = model.kneighbors(train[:10000], k + 1, return_distance=False)
    others = np.array([[j for j in line if j != i][:k] for i, line in enumerate(found)])
    votes = np.array([np.bincount(labels[0][line], minlength=10).argmax() for line in others])
    row(f"train knn, k={k}", scores("train", k)["knn"], (votes == labels[0][:10000]).mean())

for part, set_, own in (("train", images[0], train), ("test", images[1], test)):
    pixels = set_[:10000].reshape(10000, -1).astype(np.float64)
    for k in (5, 10, 50):
        row(f"{part} trustworthiness, k={k}", scores(part, k)["trustworthiness"], trustworthiness(pixels, own[:10000], n_neighbors=k))
        row(f"{part} continuity, k={k}", scores(part, k)["continuity"], trustworthiness(own[:10000], pixels, n_neighbors=k))

a = pdist(images[0][:10000].reshape(10000, -1).astype(np.float32))
b = pdist(train[:10000])
row("correlation of distances", ours["distanceCorrelation"], np.corrcoef(a, b)[0, 1])

rng = np.random.default_rng(1)
pixels = images[0][:10000].reshape(10000, -1).astype(np.float64)
i = np.repeat(np.arange(10000), 50)
j, k = rng.integers(0, 10000, (2, len(i)))
kept = (i != j) & (i != k) & (j != k)
i, j, k = i[kept], j[kept], k[kept]

same = np.concatenate([
    ((((pixels[i[s]] - pixels[j[s]]) ** 2).sum(1) < ((pixels[i[s]] - pixels[k[s]]) ** 2).sum(1))
     == (((train[i[s]] - train[j[s]]) ** 2).sum(1) < ((train[i[s]] - train[k[s]]) ** 2).sum(1)))
    for s in np.array_split(np.arange(len(i)), 20)
])
row("triplets (others are drawn)", ours["tripletAccuracy"], same.mean())

scaler = StandardScaler().fit(train)
probe = LogisticRegression(C=1, tol=1e-8, max_iter=5000).fit(scaler.transform(train), labels[0])
row("linear probe", ours["linearProbe"], probe.score(scaler.transform(test), labels[1]))
