import type { Change } from "../state/changes";
import { request } from "./client";
import type { StandingFacility, StandingGate, Trial } from "./types";

/** Facilities that give the service of an answer, as they stand. */
export async function fetchFacilities(study: number, norm: string): Promise<StandingFacility[]> {
  const query = new URLSearchParams({ norm });
  const address = `/api/v1/coverage/${study}/facilities?${query}`;
  return (await request<{ features: StandingFacility[] }>(address)).features;
}

/** Gates, and whether they let through those whom the answer is about. */
export async function fetchGates(study: number): Promise<StandingGate[]> {
  return (await request<{ features: StandingGate[] }>(`/api/v1/coverage/${study}/gates`)).features;
}

/** What would become of the service if all changes were made. */
export function tryChanges(study: number, norm: string, changes: readonly Change[], signal: AbortSignal): Promise<Trial> {
  const body = { norm, changes };
  return request<Trial>(`/api/v1/coverage/${study}/what-if`, { method: "POST", body, signal });
}
