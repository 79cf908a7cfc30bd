/** The README of a capsule: what is what, for somebody who looks into it. */
import { formatCount, formatDuration } from '#lib/format.ts';
import type { CapsuleAbout } from './capsule-about.ts';

const meanings: readonly (readonly [RegExp, string])[] = [
  [/^curves\.csv$/, 'one row per training step; numbers of 32 bits, exact; an empty cell was not measured'],
  [/^gramians\.csv$/, 'inner products of the gradients of each two tasks, where they were measured'],
  [/^gramians-by-layer\.csv$/, 'the same by the parameters of each layer of the trunk'],
  [/^weights\.safetensors$/, 'weights after the last checkpoint, with PyTorch names and layouts'],
  [/^best\.safetensors$/, 'weights with the lowest mean validation loss, likewise'],
  [
    /^checkpoint\.safetensors$/,
    'the last checkpoint: weights, optimiser, method, best weights; the run goes on from it',
  ],
  [/^checkpoint-\d+\.safetensors$/, 'an earlier checkpoint, by its step'],
  [
    /^predictions\.safetensors$/,
    'raw outputs of the network, by which "Check" sees whether the weights say the same elsewhere',
  ],
];

export function capsuleReadme(about: CapsuleAbout): string {
  const { experiment, run, data, environment, files, withoutPredictions } = about;
  const listed = ['capsule.json', ...files];
  const longest = Math.max(...listed.map(({ length }) => length));
  const meaningOf = (name: string) =>
    name === 'capsule.json'
      ? 'what was trained, on what, where it ran, its validations and test scores'
      : (meanings.find(([pattern]) => pattern.test(name))?.[1] ?? '');
  return `${run.name || run.difference || experiment.name}
A run of Trunkline: ${experiment.name}, on ${data.info.name}.
${formatCount(run.step)} of ${formatCount(run.totalSteps)} steps in ${formatDuration(run.seconds)} of training${run.device ? `, on ${run.device.adapter} (${run.device.backend})` : ''}.
Exported ${new Date(environment.exportedAt).toISOString()}.
${run.note ? `\n${run.note}\n` : ''}
${listed.map((name) => `${name.padEnd(longest)}  ${meaningOf(name)}`).join('\n')}

Drop this zip on the page of Trunkline: the run is in the list of runs then, with its curves, and goes on from its last
checkpoint. "Check" loads its weights and compares what they say with the predictions in here.
${withoutPredictions === null ? '' : `\nThere are no predictions in it: ${withoutPredictions}\n`}
The SHA-256 of its data set${data.fingerprint ? ` is\n${data.fingerprint}.` : ' was not taken.'}
`;
}
