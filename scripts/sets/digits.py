"""scikit-learn's handwritten digits as import sets: python3 scripts/sets/digits.py OUT [--count N]

OUT/pictures/train/even/4/0004.png and so on: a part, and two label columns by nested folders (parity and digit). OUT/digits.npz: the
same as arrays, x_train, y_train, parity_train, x_test, y_test, parity_test. Needs Debian's python3-sklearn and python3-pil.
"""
import argparse
import os

import numpy
from PIL import Image
from sklearn.datasets import load_digits

parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--count", type=int, default=1797)
options = parser.parse_args()

digits = load_digits()
count = min(options.count, len(digits.target))
images = (digits.images[:count] * 255 / 16 + 0.5).astype(numpy.uint8)
target = digits.target[:count]
parity = numpy.array(["odd" if digit % 2 else "even" for digit in target])
# every fifth digit is kept for testing
is_test = numpy.arange(count) % 5 == 4

for i in range(count):
    folder = os.path.join(options.out, "pictures", "test" if is_test[i] else "train", parity[i], str(target[i]))
    os.makedirs(folder, exist_ok=True)
    Image.fromarray(images[i]).save(os.path.join(folder, f"{i:04}.png"))

arrays = {}
for part, which in (("train", ~is_test), ("test", is_test)):
    arrays[f"x_{part}"] = images[which]
    arrays[f"y_{part}"] = target[which]
    arrays[f"parity_{part}"] = parity[which]
numpy.savez_compressed(os.path.join(options.out, "digits.npz"), **arrays)
print(f"{count} digits in {options.out}")
