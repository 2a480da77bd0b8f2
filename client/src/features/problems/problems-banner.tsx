import { TriangleAlert } from "lucide-react";
import { Link } from "react-router";
import type { ProblemView } from "../../../../schemas/wire.ts";
import classes from "./problems.module.css";

/** Above every page while the operator's file has errors. */
export function ProblemsBanner({ problems }: { problems: readonly ProblemView[] }) {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (errors === 0) return null;
  return (
    <div className={classes.banner}>
      <TriangleAlert size={17} aria-hidden="true" />
      <span>
        {errors === 1 ? "1 problem" : `${errors} problems`} in the configuration. <Link to="/problems">Look at it</Link>
      </span>
    </div>
  );
}
