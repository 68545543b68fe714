import { type Change, extended, present, writeChanges } from "./changes";
import { state } from "./store";

/** Try other changes; the step can be taken back. */
export function setChanges(changes: readonly Change[]): void {
  const words = writeChanges(changes);
  if (words !== writeChanges(present(state.trail))) state.trail = extended(state.trail, changes);
}
