export function npm(): string[];
