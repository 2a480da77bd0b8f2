import type { Sampling } from "../../config/entries/sampling.ts";
import type { SamplingTerms } from "../../schemas/wire-asks.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";

export interface SamplingWish {
  userId: string;
  server: string;
  sampling: Sampling;
  params: Readonly<Record<string, unknown>>;
}

const HOUR_MS = 60 * 60_000;
const MAX_PARAMS_CHARS = 256 * 1024;

/** What a request for a model's words may take, looked at before anybody is asked. */
export interface SamplingGate {
  /** Counts the request. Throws RATE_LIMITED, REQUEST_TOO_LARGE, REQUEST_INVALID in words for the server. */
  admit(wish: SamplingWish): SamplingTerms;
  forgetUser(userId: string): void;
}

export function samplingGate({ clock }: { clock: Clock }): SamplingGate {
  const byUser = new Map<string, Map<string, number[]>>();
  return {
    admit({ userId, server, sampling, params }) {
      if (params.tools !== undefined || params.toolChoice !== undefined)
        throw new AppError("REQUEST_INVALID", "tools were not offered for sampling (`sampling.tools`)");
      if (JSON.stringify(params).length > MAX_PARAMS_CHARS)
        throw new AppError("REQUEST_TOO_LARGE", `a sampling request may have ${MAX_PARAMS_CHARS} characters`);
      const now = clock.steady();
      const servers = byUser.get(userId) ?? new Map<string, number[]>();
      const recent = (servers.get(server) ?? []).filter((at) => at > now - HOUR_MS);
      byUser.set(userId, servers.set(server, recent));
      if (recent.length >= sampling.perHour) {
        const retryAfterMs = (recent[0] ?? now) + HOUR_MS - now;
        const words = `this server may ask one person for a model's words ${sampling.perHour} times in an hour; ask again in ${Math.ceil(retryAfterMs / 60_000)} min`;
        throw new AppError("RATE_LIMITED", words, { retryAfterMs });
      }
      recent.push(now);
      const wanted = typeof params.maxTokens === "number" && params.maxTokens > 0 ? params.maxTokens : sampling.maxTokens;
      const maxTokens = Math.min(Math.ceil(wanted), sampling.maxTokens);
      return { model: sampling.model, maxTokens, left: sampling.perHour - recent.length };
    },
    forgetUser: (userId) => void byUser.delete(userId),
  };
}
