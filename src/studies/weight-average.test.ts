import { expect, it } from 'vitest';
import { averageTensors } from './weight-average.ts';

const network = (label: string, bias: number[], kernel = [1, 2, 3, 4]) => ({
  label,
  tensors: [
    { name: 'trunk.0.weight', shape: [2, 2], values: Float32Array.from(kernel) },
    { name: 'trunk.0.bias', shape: [bias.length], values: Float32Array.from(bias) },
  ],
});

it('averages every tensor, by equal or given weights, in the order of the first', () => {
  const networks = [network('a', [1, 4]), network('b', [3, 0], [5, 6, 7, 8])];
  expect(averageTensors(networks)).toEqual(network('', [2, 2], [3, 4, 5, 6]).tensors);
  expect(averageTensors(networks, [0.75, 0.25])).toEqual(network('', [1.5, 3], [2, 3, 4, 5]).tensors);
  const turned = { label: 'c', tensors: networks[1]?.tensors.toReversed() ?? [] };
  expect(averageTensors([network('a', [1, 4]), turned])).toEqual(averageTensors(networks));
});

it('gives one network back as it is', () => {
  const { tensors } = network('a', [0.1, 0.2]);
  expect(averageTensors([{ label: 'a', tensors }])).toEqual(tensors);
});

it('refuses other networks, naming each tensor', () => {
  const { tensors } = network('b', [1, 2, 3]);
  expect(() => averageTensors([network('a', [1, 2]), { label: 'b', tensors }])).toThrow(
    'tensor trunk.0.bias: must have one shape in all networks whose weights are averaged (found 2 in a, 3 in b)',
  );
  expect(() => averageTensors([network('a', [1, 2]), { label: 'b', tensors: tensors.slice(1) }])).toThrow(
    /tensor trunk\.0\.weight: .*\(found 2×2 in a, nothing in b\)[^]*tensor trunk\.0\.bias/,
  );
  expect(() => averageTensors([])).toThrow(RangeError);
});
