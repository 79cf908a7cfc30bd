/** BatchMatMul with one right-hand matrix: the product is a convolution by 1×1 of one image whose row is the rows of a. */
import * as tf from '../tf.ts';
import { productOf } from './affine.ts';
import { correlate } from './correlate.ts';
import type { OwnKernel } from './own-kernel.ts';

export const matMul: OwnKernel<'a' | 'b', tf.BatchMatMulAttrs> = {
  name: tf.BatchMatMul,
  run(backend, { a, b }, { transposeA, transposeB }) {
    const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
    const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
    const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const columns = transposeB ? bRows : bColumns;
    const batches = tf.util.sizeFromShape(a.shape.slice(0, -2));
    const covered = tf.util.sizeFromShape(b.shape.slice(0, -2)) === 1 && (batches === 1 || !transposeA);
    if (!covered || batches * rows * inner * columns === 0) return undefined;
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const wStep = transposeB ? { tap: 0, depth: 1, channel: inner } : { tap: 0, depth: columns, channel: 1 };
    const problem = productOf(batches * rows, inner, columns, wStep);
    return correlate(backend, { x: a, w: b }, [...outer, rows, columns], {
      ...problem,
      xStep: transposeA ? { pixel: 1, depth: rows } : problem.xStep,
    });
  },
};
