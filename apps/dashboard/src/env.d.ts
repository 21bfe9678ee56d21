interface ImportMetaEnv {
  readonly REACT_APP_WS_URL?: string;
}
// The guide reads its settings from `process.env`; the build replaces it with an object.
declare const process: {
  readonly env: { readonly [K in `REACT_APP_${string}`]?: string } & {
    readonly NODE_ENV: "development" | "production";
  };
};
