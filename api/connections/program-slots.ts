import { AppError } from "../errors/app-error.ts";

export interface ProgramSlotsOptions {
  perUser: number;
  inTotal: number;
}

/** Counts the programs that run for people. */
export interface ProgramSlots {
  /** Takes a slot, or throws LIMIT_REACHED. The function gives it back; calling it again changes nothing. */
  take(userId: string): () => void;
  readonly taken: number;
}

export function programSlots({ perUser, inTotal }: ProgramSlotsOptions): ProgramSlots {
  const byUser = new Map<string, number>();
  let taken = 0;
  const change = (userId: string, by: 1 | -1) => {
    taken += by;
    const left = (byUser.get(userId) ?? 0) + by;
    if (left === 0) byUser.delete(userId);
    else byUser.set(userId, left);
  };
  return {
    get taken() {
      return taken;
    },
    take(userId) {
      const own = byUser.get(userId) ?? 0;
      if (own >= perUser)
        throw new AppError("LIMIT_REACHED", `${own} programs run for you already, which is the most one person may have`);
      if (taken >= inTotal)
        throw new AppError("LIMIT_REACHED", `${taken} programs run for everybody, which is the most this server starts`);
      change(userId, 1);
      let isBack = false;
      return () => {
        if (!isBack) change(userId, -1);
        isBack = true;
      };
    },
  };
}
