/** A layer's parameters by their PyTorch names and shapes. */
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import { formatShape } from '#lib/shape.ts';
import styles from './network.module.css';

/** Longer tables open on demand. */
const openUpTo = 4;

export function ParameterTable({ parameters }: { parameters: readonly ParameterSpec[] }) {
  return (
    <details className={styles['details']} open={parameters.length <= openUpTo}>
      <summary>Parameters, as PyTorch names them</summary>
      <table className={styles['table']}>
        <tbody>
          {parameters.map(({ name, shape, trainable }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td title={trainable ? undefined : 'A running statistic: not trained'}>
                {formatShape(shape)}
                {trainable ? '' : ' *'}
              </td>
            </tr>
          ))}
        </tbody>
        {parameters.some(({ trainable }) => !trainable) ? (
          <tfoot>
            <tr>
              <td colSpan={2}>* running statistics, not trained</td>
            </tr>
          </tfoot>
        ) : null}
      </table>
    </details>
  );
}
