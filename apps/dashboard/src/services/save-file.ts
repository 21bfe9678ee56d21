/** Hands the reader a file that the page has made. */
export function saveFile(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by the next turn; revoking within this one cancels it in some browsers.
  setTimeout(() => URL.revokeObjectURL(address));
}
