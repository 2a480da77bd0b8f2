import { Button } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import classes from "./attach.module.css";

interface ChosenHeadProps {
  title: string;
  /** Of the list it was chosen from. */
  back: string;
  onBack(): void;
}

/** What was chosen from a server's list, and the way back to the list. */
export function ChosenHead({ title, back, onBack }: ChosenHeadProps) {
  return (
    <div className={classes.detailHead}>
      <Button size="compact-sm" variant="subtle" leftSection={<ArrowLeft size={14} aria-hidden="true" />} onClick={onBack}>
        {back}
      </Button>
      <h3 className={classes.detailTitle}>
        <ForeignText maxLength={200}>{title}</ForeignText>
      </h3>
    </div>
  );
}
