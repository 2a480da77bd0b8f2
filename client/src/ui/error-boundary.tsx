import { Button } from "@mantine/core";
import { Bug } from "lucide-react";
import { Component, type ReactNode } from "react";
import { EmptyState } from "./empty-state.tsx";

/** A fault in one part is said there, or `fallback` stands there; what stands outside goes on. */
export class ErrorBoundary extends Component<{ children: ReactNode; fallback?: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    if (this.props.fallback !== undefined) return this.props.fallback;
    return (
      <EmptyState icon={Bug} title="This part of the page has failed">
        <p>{this.state.error.message.slice(0, 300)}</p>
        <Button variant="default" onClick={() => this.setState({ error: null })}>
          Try again
        </Button>
      </EmptyState>
    );
  }
}
