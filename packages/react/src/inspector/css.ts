/** The look of the inspector: the colours of `styles.css`, and as easily overruled. */
export const css = `@layer theme,base,components,utilities;
@layer components {
:where(.telltale-inspector) {
  position: fixed; z-index: 60; inset: auto 1rem 1rem auto; max-inline-size: 100vw;
  background: var(--telltale-surface, Canvas); color: var(--telltale-text, CanvasText);
  border-radius: 8px; font: 12px/16px system-ui, sans-serif; font-variant-numeric: tabular-nums;
  box-shadow: inset 0 0 0 1px var(--telltale-line, color-mix(in srgb, currentColor 20%, transparent));
}
:where(.telltale-inspector[data-open]) { display: flex; flex-direction: column; border-radius: 0; }
:where(.telltale-inspector[data-open][data-dock="bottom"]) { inset: auto 0 0 0; block-size: min(24rem, 60vh); }
:where(.telltale-inspector[data-open][data-dock="right"]) { inset: 0 0 0 auto; inline-size: min(28rem, 100vw); }
:where(.telltale-inspector button, .telltale-inspector select, .telltale-inspector input) {
  padding: 4px 8px; border: 0; border-radius: 4px; background: transparent; color: inherit; font: inherit;
  box-shadow: inset 0 0 0 1px color-mix(in srgb, currentColor 30%, transparent); cursor: pointer;
}
:where(.telltale-inspector input) { inline-size: 10rem; cursor: text; }
:where(.telltale-inspector option) { background: Canvas; color: CanvasText; }
:where(.telltale-inspector button[aria-pressed="true"]) { background: CanvasText; color: Canvas; }
:where(.telltale-inspector :focus-visible) { outline: 2px solid currentColor; outline-offset: -2px; }
:where(.telltale-inspector .telltale-inspector-toggle) {
  display: flex; align-items: center; gap: 8px; min-block-size: 32px; padding: 4px 12px; font-weight: 500;
  border-radius: 8px; box-shadow: none;
}
@media (pointer: coarse) {
  :where(.telltale-inspector button, .telltale-inspector select, .telltale-inspector input, .telltale-inspector summary) { min-block-size: 44px; }
}
:where(.telltale-inspector-quiet) { opacity: 0.75; font-weight: 400; }
:where(.telltale-inspector-panel) { display: flex; flex-direction: column; flex: 1; min-block-size: 0; }
:where(.telltale-inspector-bar) { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 0 12px 8px; }
:where(.telltale-inspector-body) {
  display: grid; gap: 16px; align-content: start; flex: 1; min-block-size: 0; padding: 0 12px 12px; overflow: auto;
}
:where(.telltale-inspector-side) { display: grid; gap: 16px; align-content: start; min-inline-size: 0; }
:where(.telltale-inspector-frames) { min-inline-size: 0; }
@media (min-width: 48rem) {
  :where([data-dock="bottom"] .telltale-inspector-body) { grid-template-columns: 18rem 1fr; }
}
:where(.telltale-inspector dl, .telltale-inspector dd, .telltale-inspector ol, .telltale-inspector ul, .telltale-inspector p, .telltale-inspector pre) { margin: 0; }
:where(.telltale-inspector dl > div) { display: flex; justify-content: space-between; gap: 16px; }
:where(.telltale-inspector dt) { opacity: 0.75; }
:where(.telltale-inspector dd) { text-align: end; overflow-wrap: anywhere; }
:where(.telltale-inspector table) { inline-size: 100%; border-collapse: collapse; }
:where(.telltale-inspector caption, .telltale-inspector th) { padding: 0; text-align: start; font-weight: 400; }
:where(.telltale-inspector caption, .telltale-inspector b) { font-weight: 500; }
:where(.telltale-inspector thead) { opacity: 0.75; }
:where(.telltale-inspector th + *) { text-align: end; }
:where(.telltale-inspector ol, .telltale-inspector ul) { padding: 0; list-style: none; }
:where(.telltale-inspector li) { overflow-wrap: anywhere; }
:where(.telltale-inspector-states li) { display: flex; flex-wrap: wrap; gap: 0 8px; }
:where(.telltale-inspector time, .telltale-inspector code) { opacity: 0.75; }
:where(.telltale-inspector summary) {
  padding: 2px 0; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; cursor: pointer;
}
:where(.telltale-inspector pre) { padding: 4px 0 8px 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
:where(.telltale-inspector pre, .telltale-inspector code) { font-family: ui-monospace, monospace; }
:where(.telltale-inspector-frames button) { margin-block-start: 8px; }
}`;
