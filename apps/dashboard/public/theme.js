// Runs before the first paint, from its own file because the page's policy allows no inline script.
(() => {
  try {
    const theme = localStorage.getItem("telltale.theme");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is refused: the system's theme it is.
  }
})();
