interface ImportMetaEnv {
  readonly VITE_TELLTALE_URL: string;
}
