/** The network as nodes and wires, without positions: what the graph draws, from the document and its plan. */
import type { ColumnInfo, DatasetInfo } from '#experiment/dataset-info.ts';
import { describeLayer, type Layer } from '#experiment/layers/index.ts';
import type { LayerPlan, NetworkPlan } from '#experiment/plan.ts';
import type { Problem } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { Shape } from '#lib/shape.ts';
import { pathOf, type Place } from './places.ts';

/** `broken`: does not fit; `unreached`: stands after one that does not. */
export type NodeState = 'fine' | 'broken' | 'unreached';

export interface LayerItem {
  readonly role: 'layer';
  /** Path in the document. */
  readonly id: string;
  readonly place: Place;
  readonly label: string;
  readonly output: Shape | undefined;
  readonly parameterCount: number;
  readonly state: NodeState;
  readonly problem: Problem | undefined;
  /** Place of its task in the experiment's list; null in the trunk. */
  readonly branch: number | null;
  /** Name of its task; null in the trunk. */
  readonly head: string | null;
}

export interface OutputItem {
  readonly role: 'output';
  /** `tasks.<id>`. */
  readonly id: string;
  readonly task: string;
  readonly label: string;
  /** What it gives: "10 classes". */
  readonly detail: string;
  readonly parameterCount: number;
  readonly state: NodeState;
  readonly problem: Problem | undefined;
  readonly branch: number;
}

/** One task's branch: its layers, then its output. */
export interface Branch {
  readonly layers: readonly LayerItem[];
  readonly output: OutputItem;
}

export interface NetworkGraph {
  readonly input: Shape;
  readonly trunk: readonly LayerItem[];
  readonly branches: readonly Branch[];
}

const units: Record<ColumnInfo['kind'], readonly [one: string, many: string]> = {
  class: ['class', 'classes'],
  labels: ['label', 'labels'],
  number: ['number', 'numbers'],
};

/** What a task's output gives: "10 classes", "1 number"; undefined where its column is missing. */
export function outputDetail(task: Task, info: DatasetInfo): string | undefined {
  const column = info.columns.find(({ id }) => id === task.column);
  if (!column) return undefined;
  const count = describeTask(task).outputs(column);
  return `${count} ${units[column.kind][count === 1 ? 0 : 1]}`;
}

/** The problem at a path of the document, or at a setting below it. */
export function problemAt(problems: readonly Problem[], path: string): Problem | undefined {
  return problems.find((problem) => problem.path === path || problem.path.startsWith(`${path}.`));
}

function layerItems(
  stack: readonly Layer[],
  task: Task | null,
  branch: number | null,
  plans: readonly LayerPlan[],
  problems: readonly Problem[],
): LayerItem[] {
  return stack.map((layer, index) => {
    const place = { task: task?.id ?? null, index };
    const id = pathOf(place);
    const problem = problemAt(problems, id);
    const plan = problem ? undefined : plans[index];
    return {
      role: 'layer',
      id,
      place,
      label: describeLayer(layer).label,
      output: plan?.output,
      parameterCount: plan?.parameterCount ?? 0,
      state: problem ? 'broken' : plan ? 'fine' : 'unreached',
      problem,
      branch,
      head: task?.name ?? null,
    };
  });
}

/** Everything that the graph shows, also where the network does not fit. */
export function graphOf(
  experiment: Experiment,
  info: DatasetInfo,
  plan: NetworkPlan,
  problems: readonly Problem[],
): NetworkGraph {
  const trunk = layerItems(experiment.trunk, null, null, plan.trunk, problems);
  const branches = experiment.tasks.map((task, branch): Branch => {
    const head = plan.heads.find((each) => each.task.id === task.id);
    const stack = experiment.heads[task.id] ?? [];
    const id = `tasks.${task.id}`;
    const problem = problemAt(problems, id);
    const projection = head?.layers[stack.length];
    const output: OutputItem = {
      role: 'output',
      id,
      task: task.id,
      label: task.name,
      detail: outputDetail(task, info) ?? 'no such column',
      parameterCount: projection?.parameterCount ?? 0,
      state: problem ? 'broken' : projection ? 'fine' : 'unreached',
      problem,
      branch,
    };
    return { layers: layerItems(stack, task, branch, head?.layers ?? [], problems), output };
  });
  return { input: plan.input, trunk, branches };
}

/** A problem's rule in short, for a node that says itself which layer it is: "kernel 5 does not fit its 4×4 input". */
export function reasonOf({ rule }: Problem): string {
  const reason = rule.replace(/^[A-Z][^:]{0,30}: /, '');
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
