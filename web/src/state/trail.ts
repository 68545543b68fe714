/** Steps in the order they were made, and the place among them that holds now. */
export interface Trail<Step> {
  steps: readonly Step[];
  at: number;
}

/** How many steps can be taken back. */
const longest = 100;

export function trailFrom<Step>(first: Step): Trail<Step> {
  return { steps: [first], at: 0 };
}

export function present<Step>({ steps, at }: Trail<Step>): Step {
  return steps[at] as Step;
}

/** Go on from the present step; what was undone is forgotten. */
export function extended<Step>({ steps, at }: Trail<Step>, step: Step): Trail<Step> {
  const kept = [...steps.slice(0, at + 1), step].slice(-longest);
  return { steps: kept, at: kept.length - 1 };
}

export function canUndo({ at }: Trail<unknown>): boolean {
  return at > 0;
}

export function canRedo({ steps, at }: Trail<unknown>): boolean {
  return at < steps.length - 1;
}

export function undone<Step>({ steps, at }: Trail<Step>): Trail<Step> {
  return { steps, at: Math.max(0, at - 1) };
}

export function redone<Step>({ steps, at }: Trail<Step>): Trail<Step> {
  return { steps, at: Math.min(steps.length - 1, at + 1) };
}
