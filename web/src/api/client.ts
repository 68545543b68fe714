import type { GridCard, GridFeature, Overview, Point, ProblemDetails, SearchResult, Text } from "./types";

/** A refusal or failure of the server, said in both languages. */
export class Problem extends Error {
  readonly status: number;
  readonly messages: Text;
  readonly hint: Text | null;

  constructor(status: number, messages: Text, hint: Text | null = null) {
    super(messages.en);
    this.status = status;
    this.messages = messages;
    this.hint = hint;
  }
}

const unreachable: Text = {
  en: "The server cannot be reached.",
  zh: "无法连接服务器。",
};
const unreachableHint: Text = {
  en: "Check that gridmap serve is running, then try again.",
  zh: "请确认 gridmap serve 正在运行，然后重试。",
};

export function fetchOverview(): Promise<Overview> {
  return request<Overview>("/api/v1/overview");
}

export function fetchGridCard(code: string, signal?: AbortSignal): Promise<GridCard> {
  return request<GridCard>(`/api/v1/grids/${encodeURIComponent(code)}`, { signal });
}

/** The code of the grid that a point lies in; null: in none. */
export async function fetchGridAt([lon, lat]: Point): Promise<string | null> {
  const query = new URLSearchParams({ lon: String(lon), lat: String(lat) });
  const located = await request<{ grid: { code: string } | null }>(`/api/v1/query/grid?${query}`);
  return located.grid?.code ?? null;
}

export async function search(words: string, signal?: AbortSignal): Promise<SearchResult[]> {
  const query = new URLSearchParams({ q: words, limit: "10" });
  return (await request<{ results: SearchResult[] }>(`/api/v1/search?${query}`, { signal })).results;
}

/** Grids in force of one community, in order of code. */
export async function fetchGridsOf(community: string): Promise<GridFeature[]> {
  const query = new URLSearchParams({ community, limit: "1000" });
  const { features } = await request<{ features: GridFeature[] }>(`/ogc/collections/grids/items?${query}`);
  return features.sort((one, other) => one.properties.code.localeCompare(other.properties.code));
}

interface Sent {
  method?: string;
  body?: object;
  signal?: AbortSignal | undefined;
}

/** Ask the server. Throws `Problem` for what it refuses, and where it cannot be reached. */
export async function request<Answer>(path: string, { method = "GET", body, signal }: Sent = {}): Promise<Answer> {
  const headers: Record<string, string> = {
    Accept: "application/json, application/geo+json, application/problem+json",
  };
  if (body) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, unreachable, unreachableHint);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Answer;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as ProblemDetails;
    const said = body.detail ?? body.title;
    return new Problem(response.status, body.messages ?? { en: said, zh: said }, body.hint ?? null);
  } catch {
    const messages = {
      en: `The server answered with status ${response.status}.`,
      zh: `服务器返回状态 ${response.status}。`,
    };
    return new Problem(response.status, messages, unreachableHint);
  }
}
