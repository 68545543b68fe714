import { cancelJob, fetchJob } from "../api/coverage";
import type { Job } from "../api/types";
import { type Loaded, loaded } from "./loaded";

/** How often the server is asked how far it is, in milliseconds. */
const pulse = 400;
/** How often in a row it may be out of reach before that is told: the work goes on meanwhile. */
const patience = 15;
/** No answer, a proxy without a server, too many requests at once. */
const passing = [0, 502, 503, 504];

/** Follow long work until it ends, telling every step; refused where it failed or its answer cannot be had. */
export async function follow(begun: Job, tell: (job: Job) => void): Promise<Loaded<Job>> {
  let job = begun;
  let lost = 0;
  tell(job);
  while (job.state === "waiting" || job.state === "running") {
    await new Promise((resume) => setTimeout(resume, pulse));
    const found = await loaded(fetchJob(begun.id));
    if (found.state === "refused" && (!passing.includes(found.status) || ++lost > patience)) return found;
    if (found.state !== "here") continue;
    lost = 0;
    tell((job = found.thing));
  }
  if (job.problem) return { state: "refused", status: 422, messages: job.problem.message, hint: job.problem.hint };
  return { state: "here", thing: job };
}

export async function cancel(job: Job): Promise<void> {
  await loaded(cancelJob(job.id));
}
