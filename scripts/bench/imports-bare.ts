/** What imports are compared with: a worker that does nothing but decode files to bitmaps, one after the other or eight at a time. */
async function decode(files: readonly File[], together: number): Promise<void> {
  const waiting = files.values();
  const lane = async () => {
    for (const file of waiting) (await createImageBitmap(file)).close();
  };
  await Promise.all(Array.from({ length: together }, lane));
  self.postMessage('done');
}

self.addEventListener('message', ({ data }: MessageEvent<{ files: File[]; together: number }>) => {
  void decode(data.files, data.together);
});
