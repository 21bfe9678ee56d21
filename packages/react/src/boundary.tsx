"use client";

import { Component, type ErrorInfo, type ReactNode, Suspense } from "react";
import { useTelltaleState } from "./hooks/use-telltale-state.ts";

/** What `TelltaleBoundary` can be told. */
export interface TelltaleBoundaryProps {
  children?: ReactNode;
  /**
   * Shown until the first data have arrived, and while something within suspends. Without it the
   * children are rendered at once.
   */
  loading?: ReactNode;
  /** Shown instead; the function gets the error and a way to try again. */
  fallback?: ReactNode | ((error: unknown, retry: () => void) => ReactNode);
  /** Called with what a child threw. */
  onError?: ((error: unknown, info: ErrorInfo) => void) | undefined;
}

interface State {
  failure: { error: unknown } | null;
}

/**
 * Nothing is thrown to wait for: a promise thrown below a provider that has not mounted would keep
 * that provider from ever mounting, and a server would wait for data that it never asks for.
 */
function Loaded({ loading, children }: { loading: ReactNode; children: ReactNode }): ReactNode {
  const waiting = useTelltaleState((state) => state.lastUpdate === null);
  return waiting ? loading : <Suspense fallback={loading}>{children}</Suspense>;
}

/** Keeps a panel that fails to render from taking the page with it, and stands in while it loads. */
export class TelltaleBoundary extends Component<TelltaleBoundaryProps, State> {
  override state: State = { failure: null };

  static getDerivedStateFromError(error: unknown): State {
    return { failure: { error } };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    this.props.onError?.(error, info);
  }

  retry: () => void = () => this.setState({ failure: null });

  override render(): ReactNode {
    const { failure } = this.state;
    const { fallback, loading, children } = this.props;
    if (!failure) {
      return loading === undefined ? children : <Loaded loading={loading}>{children}</Loaded>;
    }
    if (typeof fallback === "function") return fallback(failure.error, this.retry);
    return fallback ?? <p role="alert">This panel could not be shown.</p>;
  }
}
