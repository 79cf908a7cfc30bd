/**
 * The kinds of studies that can be planned on the page. A new kind is one line here and one form: a component that plans
 * with what the page shows, calls `startStudy`, and then `onStarted`. Each is loaded when it is looked at.
 */
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

export interface StudyFormProps {
  /** To be called once the study has begun: the window closes. */
  readonly onStarted: () => void;
}

interface StudyKind {
  readonly id: string;
  /** As a command: "Repeat with seeds". */
  readonly label: string;
  /** What one learns by it, in a sentence. */
  readonly help: string;
  /** What else one may search it by. */
  readonly keywords: string;
  readonly Form: LazyExoticComponent<ComponentType<StudyFormProps>>;
}

export const studyKinds: readonly StudyKind[] = [
  {
    id: 'seeds',
    label: 'Repeat with seeds',
    help: 'The same experiment, drawn anew: how much of a difference between two runs is chance?',
    keywords: 'repeat deviation spread average several',
    Form: lazy(() => import('./SeedsForm.tsx').then((module) => ({ default: module.SeedsForm }))),
  },
  {
    id: 'twin',
    label: 'Single-task twins',
    help: 'Each task trained alone: what was sharing one network worth to it?',
    keywords: 'delta m baseline single stl negative transfer',
    Form: lazy(() => import('./TwinForm.tsx').then((module) => ({ default: module.TwinForm }))),
  },
  {
    id: 'race',
    label: 'Fork and race',
    help: 'Branches from the same weights, in the same order of batches, trained in turn: which way on is the best?',
    keywords: 'branch checkpoint methods learning rates side by side',
    Form: lazy(() => import('./RaceForm.tsx').then((module) => ({ default: module.RaceForm }))),
  },
  {
    id: 'sweep',
    label: 'Sweep',
    help: 'Any fields of the experiment varied: which values do best?',
    keywords: 'grid random search hyperparameters tune median budget',
    Form: lazy(() => import('./SweepForm.tsx').then((module) => ({ default: module.SweepForm }))),
  },
];
