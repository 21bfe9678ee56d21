import type { Metadata } from "next";
import type { ReactNode } from "react";
// Styles the connection's state in the server's answer already, before any script runs.
import "@telltale/react/styles.css";
import "./style.css";

export const metadata: Metadata = { title: "LLM service", icons: "data:," };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
