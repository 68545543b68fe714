import { request } from "./client";
import type { Asked, Home, Job, Standard, Study, StudyListed } from "./types";

export async function fetchStandards(): Promise<Standard[]> {
  return (await request<{ standards: Standard[] }>("/api/v1/coverage/standards")).standards;
}

/** Earlier answers about an area, newest first. */
export async function fetchStudies(area: string): Promise<StudyListed[]> {
  const query = new URLSearchParams({ area });
  return (await request<{ studies: StudyListed[] }>(`/api/v1/coverage?${query}`)).studies;
}

/** Let the server begin; the same question about the same data is answered at once. */
export function askCoverage(asked: Asked): Promise<Job> {
  return request<Job>("/api/v1/coverage", { method: "POST", body: asked });
}

export function fetchJob(id: string): Promise<Job> {
  return request<Job>(`/api/v1/jobs/${id}`);
}

export function cancelJob(id: string): Promise<Job> {
  return request<Job>(`/api/v1/jobs/${id}`, { method: "DELETE" });
}

export function fetchStudy(id: number, signal?: AbortSignal): Promise<Study> {
  return request<Study>(`/api/v1/coverage/${id}`, { signal });
}

/** Homes of an answer with what one norm says of them. */
export async function fetchHomes(study: number, norm: string, signal?: AbortSignal): Promise<Home[]> {
  const query = new URLSearchParams({ norm });
  const address = `/api/v1/coverage/${study}/homes?${query}`;
  return (await request<{ features: Home[] }>(address, { signal })).features;
}
