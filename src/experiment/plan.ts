/**
 * Shape inference: what the network of an experiment is made of, layer by layer, before anything is allocated.
 * A layer that does not fit ends its branch with a problem; the rest of the plan is still there to be drawn.
 */
import { sizeOf, type Shape } from '#lib/shape.ts';
import { columnWidth, type ColumnInfo, type DatasetInfo } from './dataset-info.ts';
import { describeLayer, layerSchema, type Layer } from './layers/index.ts';
import { LayerError, type ParameterSpec } from './layers/layer.ts';
import { describe, ExperimentError, type Problem } from './problem.ts';
import type { Experiment } from './schema.ts';
import { describeTask, type Task } from './tasks/index.ts';

export interface LayerPlan {
  /** Place in the document, and prefix of its parameters: `trunk.0`, `heads.colours.1`. */
  readonly path: string;
  readonly layer: Layer;
  readonly label: string;
  readonly input: Shape;
  readonly output: Shape;
  /** With full PyTorch names. */
  readonly parameters: readonly ParameterSpec[];
  /** Trainable numbers. */
  readonly parameterCount: number;
  /** Floating-point operations per sample, forward. */
  readonly flops: number;
  /** Numbers per sample kept for the backward pass. */
  readonly kept: number;
}

export interface HeadPlan {
  readonly task: Task;
  readonly column: ColumnInfo;
  /** The layers of the document and, last, the final projection that the task needs. */
  readonly layers: readonly LayerPlan[];
}

export interface NetworkPlan {
  readonly input: Shape;
  readonly trunk: readonly LayerPlan[];
  /** What the heads see. */
  readonly representation: Shape;
  readonly heads: readonly HeadPlan[];
  /** All parameters and running statistics, trunk first, then heads in task order. */
  readonly parameters: readonly ParameterSpec[];
  /** Trainable numbers, in all and in the trunk. */
  readonly parameterCount: number;
  readonly sharedParameterCount: number;
  readonly flops: number;
  readonly kept: number;
}

/** The final projection of a task: a dense layer without activation. */
function projection(task: Task, column: ColumnInfo): Layer {
  const units = describeTask(task).outputs(column);
  return layerSchema.parse({ kind: 'dense', units, activation: 'none' });
}

function planLayer(path: string, layer: Layer, input: Shape): LayerPlan {
  const described = describeLayer(layer);
  const output = described.outputShape(input);
  const parameters = described
    .parameters(input)
    .map((parameter) => ({ ...parameter, name: `${path}.${parameter.name}` }));
  const parameterCount = parameters.reduce(
    (sum, { shape, trainable }) => sum + (trainable ? sizeOf(shape) : 0),
    0,
  );
  const { label } = described;
  return {
    path,
    layer,
    label,
    input,
    output,
    parameters,
    parameterCount,
    flops: described.flops(input),
    kept: described.kept(input),
  };
}

function planStack(prefix: string, stack: readonly Layer[], input: Shape, problems: Problem[]) {
  const plans: LayerPlan[] = [];
  let shape: Shape | undefined = input;
  for (const [index, layer] of stack.entries()) {
    if (!shape) break;
    const path = `${prefix}.${index}`;
    try {
      const plan: LayerPlan = planLayer(path, layer, shape);
      plans.push(plan);
      shape = plan.output;
    } catch (error) {
      if (!(error instanceof LayerError)) throw error;
      const key = error.key;
      const value = key ? (layer as Readonly<Record<string, unknown>>)[key] : undefined;
      problems.push({
        path: key ? `${path}.${key}` : path,
        rule: error.message,
        found: key ? describe(value) : `${layer.kind} after ${shape.join('×')}`,
        remedy: error.remedy,
      });
      shape = undefined;
    }
  }
  return { plans, output: shape };
}

function planHead(
  { heads }: Experiment,
  task: Task,
  info: DatasetInfo,
  representation: Shape | undefined,
  problems: Problem[],
): HeadPlan | undefined {
  const wanted = describeTask(task).definition.column;
  const column = info.columns.find(({ id }) => id === task.column);
  if (!column || column.kind !== wanted) {
    const fitting = info.columns.filter(({ kind }) => kind === wanted).map(({ id }) => `"${id}"`);
    problems.push({
      path: `tasks.${task.id}.column`,
      rule: column
        ? `a ${task.kind} task cannot learn a column of kind "${column.kind}"`
        : 'the data set has no such column',
      found: describe(task.column),
      remedy:
        fitting.length > 0
          ? `Use ${fitting.join(' or ')}.`
          : `${info.name} has no column for it: remove this task.`,
    });
    return undefined;
  }
  if (!representation) return { task, column, layers: [] };
  if (
    task.kind === 'classification' &&
    task.classWeights &&
    task.classWeights.length !== describeTask(task).outputs(column)
  ) {
    problems.push({
      path: `tasks.${task.id}.classWeights`,
      rule: 'must have one number per class',
      found: `${task.classWeights.length} numbers`,
      remedy: `Give ${describeTask(task).outputs(column)} numbers, or null.`,
    });
  }
  const stack = [...(heads[task.id] ?? []), projection(task, column)];
  return { task, column, layers: planStack(`heads.${task.id}`, stack, representation, problems).plans };
}

/** Infers as much of the network as fits, with the problems that stop the rest. */
export function inspectNetwork(
  experiment: Experiment,
  info: DatasetInfo,
): { readonly plan: NetworkPlan; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const { height, width, channels } = info.image;
  const input = [height, width, channels];
  const trunk = planStack('trunk', experiment.trunk, input, problems);
  const heads = experiment.tasks.flatMap(
    (task) => planHead(experiment, task, info, trunk.output, problems) ?? [],
  );
  const all = [...trunk.plans, ...heads.flatMap((head) => head.layers)];
  const total = (of: (plan: LayerPlan) => number, plans = all) =>
    plans.reduce((sum, each) => sum + of(each), 0);
  const plan = {
    input,
    trunk: trunk.plans,
    representation: trunk.output ?? trunk.plans.at(-1)?.output ?? input,
    heads,
    parameters: all.flatMap(({ parameters }) => parameters),
    parameterCount: total((each) => each.parameterCount),
    sharedParameterCount: total((each) => each.parameterCount, trunk.plans),
    flops: total((each) => each.flops),
    kept: total((each) => each.kept),
  };
  return { plan, problems };
}

/** Infers the whole network. Throws ExperimentError where a layer or a task does not fit. */
export function planNetwork(experiment: Experiment, info: DatasetInfo): NetworkPlan {
  const { plan, problems } = inspectNetwork(experiment, info);
  if (problems.length > 0) throw new ExperimentError(problems);
  return plan;
}

/** Numbers in the label table per sample, over the columns that tasks use. */
export function labelNumbers(plan: NetworkPlan): number {
  return plan.heads.reduce((sum, { column }) => sum + columnWidth(column), 0);
}
