import { request } from "./client";
import type { Job, Siting, SitingAsked, StudyListed } from "./types";

/** Let the server begin; the same question about the same data is answered at once. */
export function askSiting(asked: SitingAsked): Promise<Job> {
  return request<Job>("/api/v1/siting", { method: "POST", body: asked });
}

/** Earlier answers about an area, newest first. */
export async function fetchSitings(area: string): Promise<StudyListed[]> {
  const query = new URLSearchParams({ area });
  return (await request<{ studies: StudyListed[] }>(`/api/v1/siting?${query}`)).studies;
}

export function fetchSiting(id: number): Promise<Siting> {
  return request<Siting>(`/api/v1/siting/${id}`);
}
