/** A layer's parameters by their PyTorch names and shapes. */
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import { formatShape } from '#lib/shape.ts';
import styles from './network.module.css';

export function ParameterTable({ parameters }: { parameters: readonly ParameterSpec[] }) {
  return (
    <table className={styles['table']}>
      <caption>Parameters, as PyTorch names them</caption>
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
  );
}
