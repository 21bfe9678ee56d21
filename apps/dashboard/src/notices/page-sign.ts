import { useEffect } from "react";

/** Title and icon of the tab, so that it tells from behind others. */
export function usePageSign(firing: number, title: string): void {
  useEffect(() => {
    document.title = firing > 0 ? `(${firing}) ${title}` : title;
  }, [firing, title]);
  const alarmed = firing > 0;
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = alarmed ? "/favicon-alert.svg" : "/favicon.svg";
  }, [alarmed]);
}
