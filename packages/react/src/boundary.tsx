"use client";

import { Component, type ErrorInfo, type ReactNode } from "react";

export interface TelltaleBoundaryProps {
  children?: ReactNode;
  /** Shown instead; the function gets the error and a way to try again. */
  fallback?: ReactNode | ((error: unknown, retry: () => void) => ReactNode);
  onError?: ((error: unknown, info: ErrorInfo) => void) | undefined;
}

interface State {
  failure: { error: unknown } | null;
}

/** Keeps a panel that fails to render from taking the page with it. */
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
    if (!failure) return this.props.children;
    const { fallback } = this.props;
    if (typeof fallback === "function") return fallback(failure.error, this.retry);
    return fallback ?? <p role="alert">This panel could not be shown.</p>;
  }
}
