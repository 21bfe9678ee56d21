import { createRoot } from "react-dom/client";
import { Live } from "../app/live";
import { App as Native } from "../native/App";
import { App } from "./App";
import { Secured } from "./Secured";

const url: string = import.meta.env["VITE_TELLTALE_URL"];

/** Each part of the guide that is an app of its own. */
const apps: Record<string, () => React.ReactElement> = {
  "#next": () => <Live url={url} />,
  "#native": () => <Native url={url} />,
  "#secured": () => <Secured url={url} />,
};

const root = document.getElementById("root");
if (root) createRoot(root).render((apps[location.hash] ?? (() => <App />))());
