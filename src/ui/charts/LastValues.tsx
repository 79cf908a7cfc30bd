/** A chart without its picture: the last values of its curves as a table that only screen readers see. */
import { VisuallyHidden } from '@mantine/core';
import type { ChartData, ChartSpec } from './chart-data.ts';
import { labelOf } from './readings.ts';
import { formatReading } from './scale.ts';

/** Rows at most: who wants more of them has the file with all numbers. */
const mostRows = 60;

export function LastValues({ spec, data }: { readonly spec: ChartSpec; readonly data: ChartData }) {
  return (
    <VisuallyHidden>
      <table>
        <caption>
          {spec.title}: last values
          {data.curves.length > mostRows ? ` of ${mostRows} of ${data.curves.length} curves` : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">Curve</th>
            <th scope="col">Step</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {data.curves.slice(0, mostRows).map((curve) => (
            <tr key={curve.id}>
              <th scope="row">{labelOf(curve) || spec.title}</th>
              <td>{curve.step.at(-1) ?? 'none yet'}</td>
              <td>
                {curve.values.length > 0
                  ? formatReading(curve.values.at(-1) ?? 0, spec.unit === 'share')
                  : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
