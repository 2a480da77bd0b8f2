/** What one answer, and one person, may take. */
export interface ChatLimits {
  /** Times the model is asked within one answer. LibreChat's `recursionLimit`. @default 25 */
  readonly maxSteps: number;
  /** Tokens a model may say in one step. @default 16,384 */
  readonly maxOutputTokens: number;
  /** Tokens of one answer, said and read, over all steps. @default 1,000,000 */
  readonly maxTotalTokens: number;
  /** Tokens of a conversation that are sent to a model of which nobody says more, by our own estimate. @default 128,000 */
  readonly maxContextTokens: number;
  /** One answer from begin to end, but for the time people take to approve. @default 15 minutes */
  readonly maxAnswerMs: number;
  /** Silence of a model until its next word. @default 2 minutes */
  readonly silenceMs: number;
  /** Arguments of one call, as LibreChat's `maxToolCallArgBytes`. @default 64 KiB */
  readonly maxArgumentBytes: number;
  /** Calls of one step. @default 32 */
  readonly maxCallsPerStep: number;
  /** Answers that are made for one person at the same time. @default 5 */
  readonly runsPerUser: number;
  /** Messages one person may send in a minute. @default 30 */
  readonly messagesPerMinute: number;
}

export const DEFAULT_CHAT_LIMITS: ChatLimits = {
  maxSteps: 25,
  maxOutputTokens: 16_384,
  maxTotalTokens: 1_000_000,
  maxContextTokens: 128_000,
  maxAnswerMs: 15 * 60_000,
  silenceMs: 2 * 60_000,
  maxArgumentBytes: 64 * 1024,
  maxCallsPerStep: 32,
  runsPerUser: 5,
  messagesPerMinute: 30,
};
