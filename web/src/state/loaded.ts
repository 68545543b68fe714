import { Problem } from "../api/client";
import type { Text } from "../api/types";

/** A part of the page that is waited for, has arrived, or was refused. */
export type Loaded<Thing> =
  | { state: "waiting" }
  | { state: "here"; thing: Thing }
  | Refused;

/** Why there is nothing, and what to do; the status is that of HTTP, 0 where the server cannot be reached. */
export interface Refused {
  state: "refused";
  status: number;
  messages: Text;
  hint: Text | null;
}

/** Wait for an answer; a refusal of the server is an answer too. */
export async function loaded<Thing>(promise: Promise<Thing>): Promise<Loaded<Thing>> {
  try {
    return { state: "here", thing: await promise };
  } catch (error) {
    if (error instanceof Problem) {
      const { status, messages, hint } = error;
      return { state: "refused", status, messages, hint };
    }
    if (error instanceof DOMException && error.name === "AbortError") return { state: "waiting" };
    throw error;
  }
}
