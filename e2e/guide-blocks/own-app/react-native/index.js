// What the guide's page takes from React Native, drawn in a browser.
import { createElement } from "react";

export const View = ({ children }) => createElement("div", null, children);
export const Text = ({ children }) => createElement("span", null, children);
export const AppState = { addEventListener: () => ({ remove() {} }) };
