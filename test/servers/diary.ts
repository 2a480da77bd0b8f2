import type { IncomingMessage, ServerResponse } from "node:http";
import { type DiaryEndpoint, type DiaryOptions, startDiaryEndpoint } from "../../api/demo/diary-endpoint.ts";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

/** The demo behind a sign-in, with everything it was asked, and faults that are turned on while it runs. */
export interface Diary extends DiaryEndpoint {
  readonly seen: SeenRequest[];
  /** Looked at for every token. */
  tokenSeconds: number;
  /** Answers instead of it, by path; true: it did. May change the request and say false. */
  readonly instead: Map<string, (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>>;
  count(method: string, path: string): number;
}

export async function startDiary(options: DiaryOptions = {}): Promise<Diary> {
  const instead: Diary["instead"] = new Map();
  const seen: SeenRequest[] = [];
  const endpoint = await startDiaryEndpoint({
    ...options,
    accessTokenSeconds: () => diary.tokenSeconds,
    before: (request, response) => {
      const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://diary");
      seen.push({ method: request.method ?? "", path, query, headers: request.headers });
      return instead.get(path)?.(request, response) ?? false;
    },
  });
  const diary: Diary = {
    ...endpoint,
    seen,
    tokenSeconds: 3600,
    instead,
    count: (method, path) => seen.filter((each) => each.method === method && each.path === path).length,
  };
  return diary;
}
