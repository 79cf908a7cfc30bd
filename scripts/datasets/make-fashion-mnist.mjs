/**
 * Makes public/datasets/fashion-mnist from the full Fashion-MNIST.
 *
 *   apt-get install dataset-fashion-mnist        (Debian; or take the four .gz files from
 *                                                 https://github.com/zalandoresearch/fashion-mnist)
 *   node scripts/datasets/make-fashion-mnist.mjs [folder of the .gz files]
 *
 * Train: the first 1,200 images of each class of the training file; validation: the next 200; test: the first 300
 * of each class of the t10k file. Exact duplicates are left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { side, takeBalanced, writePacked } from './pack.mjs';

const folder = process.argv[2] ?? '/usr/share/datasets/fashion-mnist';

/** Images and labels of one pair of IDX files (16 and 8 bytes of header). */
function readPool(name) {
  const images = gunzipSync(readFileSync(join(folder, `${name}-images-idx3-ubyte.gz`))).subarray(16);
  const labels = gunzipSync(readFileSync(join(folder, `${name}-labels-idx1-ubyte.gz`))).subarray(8);
  const size = side * side;
  return Array.from(labels, (label, i) => ({
    image: new Uint8Array(images.subarray(i * size, (i + 1) * size)),
    label,
  }));
}

const licence = `The MIT License (MIT)

Copyright © 2017 Zalando SE, https://tech.zalando.com

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

const source = `Fashion-MNIST, a subset of 17,000 images.

Han Xiao, Kashif Rasul, Roland Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
Algorithms. arXiv:1708.07747, 2017. https://github.com/zalandoresearch/fashion-mnist

Taken from Debian's package dataset-fashion-mnist 0.0~git20200523.55506a9 by scripts/datasets/make-fashion-mnist.mjs,
which says which images and in which format. Pixels are unchanged.
`;

const taken = new Set();
const [training, t10k] = [readPool('train'), readPool('t10k')];
const parts = {
  train: takeBalanced(training, 1200, taken),
  validation: takeBalanced(training, 200, taken),
  test: takeBalanced(t10k, 300, taken),
};
writePacked('fashion-mnist', parts, { licence, source });
