import { Component, type ReactNode } from "react";

interface Props {
  /** What could not be shown, such as "Latest errors". */
  readonly name: string;
  readonly children: ReactNode;
}

interface State {
  readonly failure: string | null;
}

/** Keeps a panel that fails from taking the page with it. */
export class PanelBoundary extends Component<Props, State> {
  override state: State = { failure: null };

  static getDerivedStateFromError(error: unknown): State {
    return { failure: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.failure === null) return this.props.children;
    return (
      <section role="alert" className="panel flex flex-col items-start gap-2 p-4">
        <h2 className="font-medium">{this.props.name} could not be shown</h2>
        <p className="text-muted">The rest of the page works and data keep arriving.</p>
        <p className="font-mono text-12 break-all text-faint">{this.state.failure}</p>
        <button
          type="button"
          onClick={() => this.setState({ failure: null })}
          className="mt-1 rounded-inner border border-line-strong px-3 py-1.5 font-medium hover:bg-raised max-md:min-h-11"
        >
          Try again
        </button>
      </section>
    );
  }
}
