"""The largest difference of scores in two files, relative to the largest absolute score of each example."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "compare-pytorch"))
from table import read_scores

scores, truth = (read_scores(pathlib.Path(path)) for path in sys.argv[1:])
print(max(float(abs(scores[i] - truth[i]).max() / abs(truth[i]).max()) for i in scores))
