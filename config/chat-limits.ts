type Entry = Readonly<Record<string, unknown>>;

/** What the file says of what answers may take; undefined where it says nothing. */
export interface ConfiguredChatLimits {
  readonly maxSteps?: number;
  readonly maxArgumentBytes?: number;
  readonly maxOutputTokens?: number;
  readonly maxTotalTokens?: number;
  readonly maxContextTokens?: number;
  readonly maxCallsPerStep?: number;
  readonly maxAnswerMs?: number;
  readonly silenceMs?: number;
  readonly runsPerUser?: number;
  readonly messagesPerMinute?: number;
}

/** LibreChat's default of `maxRecursionLimit`. */
const MOST_STEPS = 50;

/** `endpoints.agents` and `chatLimits` in our own words; what the file does not say is not there. */
export function chatLimitsOf(agents: Entry, limits: Entry): ConfiguredChatLimits {
  const steps = numberOf(agents.recursionLimit);
  const most = numberOf(agents.maxRecursionLimit) ?? MOST_STEPS;
  const seconds = (value: unknown) => scaled(numberOf(value), 1_000);
  const said = {
    maxSteps: steps === undefined && agents.maxRecursionLimit === undefined ? undefined : Math.min(steps ?? DEFAULT_STEPS, most),
    maxArgumentBytes: numberOf(agents.maxToolCallArgBytes),
    maxOutputTokens: numberOf(limits.maxOutputTokens),
    maxTotalTokens: numberOf(limits.maxTotalTokens),
    maxContextTokens: numberOf(limits.maxContextTokens),
    maxCallsPerStep: numberOf(limits.maxCallsPerStep),
    maxAnswerMs: seconds(limits.answerSeconds),
    silenceMs: seconds(limits.silenceSeconds),
    runsPerUser: numberOf(limits.answersPerUser),
    messagesPerMinute: numberOf(limits.messagesPerMinute),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

const DEFAULT_STEPS = 25;

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}
