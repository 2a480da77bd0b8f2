import { lineBudget } from "../logging/line-budget.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { SecretBox } from "../ports/secret-box.ts";

/** Once an hour for each value: a page asks for it again and again. */
const PER_MINUTE = 1 / 60;

/** The same box; values that do not open leave a line in the log for those who watch over the house. No secret is in it. */
export function auditedBox(box: SecretBox, { logger, clock }: { logger: Logger; clock: Clock }): SecretBox {
  const budget = lineBudget({ clock, burst: 1, perMinute: PER_MINUTE });
  return {
    ...box,
    open(context, sealed) {
      const plain = box.open(context, sealed);
      if (plain !== null || !budget(JSON.stringify([context, sealed?.tag])).say) return plain;
      const { purpose, userId, server, origin, name } = context;
      logger.warn(
        { audit: "sealed_value_refused", purpose, userId, server, origin, name, kid: sealed?.kid, belongsTo: sealed?.place },
        "a stored value does not open where it is kept: it was changed or moved, or the server's address was",
      );
      return null;
    },
  };
}
