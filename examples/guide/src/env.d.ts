declare const process: {
  readonly env: {
    readonly NODE_ENV: "development" | "production";
    readonly REACT_APP_WS_URL?: string;
    readonly REACT_APP_WS_DEBUG?: string;
  };
};
