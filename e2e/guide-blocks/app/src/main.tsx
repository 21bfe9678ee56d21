import { createRoot } from "react-dom/client";
import { App } from "./blocks/App";
import { TestApp } from "./blocks/TestApp";

const page = window.location.hash === "#test" ? <TestApp /> : <App />;
createRoot(document.getElementById("root")).render(page);
