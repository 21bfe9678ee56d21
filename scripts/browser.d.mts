export function findBrowser(): string | undefined;
export function ensureBrowser(): Promise<string | undefined>;
export function installDebian(...packages: string[]): Promise<boolean>;
