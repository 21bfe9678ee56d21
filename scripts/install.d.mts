export function isInstalled(folder: string): boolean;
export function ensureInstalled(folder?: string): Promise<boolean>;
