/** Hands a file to the browser's download. */

export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the file by the time the page is idle again.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
